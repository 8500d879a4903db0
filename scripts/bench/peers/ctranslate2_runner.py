"""Runner of CTranslate2, int8, one thread; the protocol is that of protocol.ts.

    python ctranslate2_runner.py MODEL WORKLOAD
"""
import json
import resource
import sys
import time

import ctranslate2


def translate(translator, workload, setting):
    tokens = [[str(i) for i in sentence["ids"]] for sentence in workload["sentences"]]
    length = workload.get("newTokens")
    size, outputs = setting["batch"], []
    for first in range(0, len(tokens), size):
        results = translator.translate_batch(
            tokens[first:first + size],
            beam_size=setting["beams"],
            max_decoding_length=length or workload["maxNewTokens"],
            min_decoding_length=length or 1,
            max_batch_size=0,
        )
        outputs += [[int(token) for token in result.hypotheses[0]] for result in results]
    return outputs


def main(model, workload_path):
    with open(workload_path) as file:
        workload = json.load(file)
    start = time.perf_counter()
    translator = ctranslate2.Translator(
        model, device="cpu", compute_type="int8", inter_threads=1, intra_threads=1)
    load_ms = (time.perf_counter() - start) * 1000
    program = f"CTranslate2 {ctranslate2.__version__}"
    print(json.dumps({"program": program, "loadMs": load_ms}), flush=True)
    for line in sys.stdin:
        start, cpu = time.perf_counter(), time.process_time()
        outputs = translate(translator, workload, json.loads(line))
        print(json.dumps({
            "seconds": time.perf_counter() - start,
            "cpuSeconds": time.process_time() - cpu,
            "peakRssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "outputs": outputs,
        }), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
