"""Makes testdata/engine: tiny checkpoints of four families with golden values from transformers.

    python scripts/golden/engine.py testdata/engine [bert distilbert gpt2 marian-ssru]

Needs transformers, torch and safetensors; the versions used are written into every golden.json.
"""

import pathlib
import sys

import torch
import transformers

from engine_bert import bert, distilbert
from engine_gpt2 import gpt2
from engine_ssru import marian_ssru

MODELS = {"bert": bert, "distilbert": distilbert, "gpt2": gpt2, "marian-ssru": marian_ssru}


def main() -> None:
    root, *names = sys.argv[1:]
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    for name in names or MODELS:
        (pathlib.Path(root) / name).mkdir(parents=True, exist_ok=True)
        MODELS[name](pathlib.Path(root))


if __name__ == "__main__":
    main()
