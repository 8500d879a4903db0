"""Times Python's sentencepiece on one model; prints one JSON line.

Usage: python scripts/bench/tokenizer_sentencepiece.py MODEL WARMUP LINES
"""

import json
import resource
import sys
import time

import sentencepiece

model, warmup, path = sys.argv[1:]
start = time.perf_counter()
processor = sentencepiece.SentencePieceProcessor(model_file=model)
load = time.perf_counter() - start
with open(warmup, encoding="utf-8") as file:
    processor.encode(file.read().rstrip("\n").split("\n"), num_threads=1)
with open(path, encoding="utf-8") as file:
    lines = file.read().rstrip("\n").split("\n")
start = time.perf_counter()
rows = processor.encode(lines, num_threads=1)
seconds = time.perf_counter() - start
print(json.dumps({
    "ms": seconds * 1000, "tokens": sum(map(len, rows)), "loadMs": load * 1000, "version": sentencepiece.__version__,
    "peakRssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
