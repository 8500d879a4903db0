"""Writes golden.json: what Python's transformers makes of sentences.txt with the shipped model.

    python golden.py ../../packages/model-en-de/model
"""

import json
import sys
from pathlib import Path

import torch
import transformers

here = Path(__file__).parent
directory = sys.argv[1]
tokenizer = transformers.MarianTokenizer.from_pretrained(directory)
model = transformers.MarianMTModel.from_pretrained(directory, dtype=torch.float32).eval()
rows = []
for source in (here / "sentences.txt").read_text().splitlines():
    inputs = tokenizer([source], return_tensors="pt")
    row = {"source": source}
    for name, beams in (("greedy", 1), ("beam", 4)):
        with torch.no_grad():
            out = model.generate(**inputs, num_beams=beams, max_new_tokens=100, do_sample=False,
                                 output_scores=True, return_dict_in_generate=True)
        text = tokenizer.decode(out.sequences[0], skip_special_tokens=True)
        row[name] = {"translation": text}
        if beams > 1:
            row[name]["score"] = round(out.sequences_scores[0].item(), 6)
    rows.append(row)
versions = {"transformers": transformers.__version__, "torch": torch.__version__}
(here / "golden.json").write_text(
    json.dumps({"versions": versions, "rows": rows}, indent=1, ensure_ascii=False) + "\n"
)
