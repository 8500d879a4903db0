"""Times torch.nn.GRU forward and backward on one CPU thread; one line of JSON for each hidden size.

    python3 scripts/bench/rnn_pytorch.py --rounds 30 --hidden 256,512
"""

import argparse
import json
import os
import time

parser = argparse.ArgumentParser()
parser.add_argument("--rounds", type=int, default=30)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--length", type=int, default=32)
parser.add_argument("--hidden", default="256,512")
ARGUMENTS = parser.parse_args()
# Thread counts are read when the libraries are loaded, so they are set before torch is.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import torch  # noqa: E402

torch.set_num_threads(1)
for hidden in map(int, ARGUMENTS.hidden.split(",")):
    torch.manual_seed(1)
    layer = torch.nn.GRU(hidden, hidden, batch_first=True)
    x = torch.randn(ARGUMENTS.batch, ARGUMENTS.length, hidden, requires_grad=True)
    dy = torch.ones_like(x)
    best = best_forward = float("inf")
    for _ in range(ARGUMENTS.rounds):
        start = time.perf_counter()
        with torch.no_grad():
            layer(x)
        best_forward = min(best_forward, time.perf_counter() - start)
        layer.zero_grad()
        x.grad = None
        start = time.perf_counter()
        layer(x)[0].backward(dy)
        best = min(best, time.perf_counter() - start)
    row = {"hidden": hidden, "ms": best * 1e3, "forwardMs": best_forward * 1e3}
    print(json.dumps({**row, "version": torch.__version__}))
