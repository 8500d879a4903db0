"""Makes testdata/marian-four: tiny MarianMT checkpoints as transformers 4 saves them, and what it computes.

    python scripts/golden/marian_four.py testdata/marian-four

Needs torch, transformers below 5 and safetensors; prints their versions for README.md.
"""

import pathlib
import sys

import marian_tables
import torch
import transformers
from transformers import MarianMTModel

marian_tables.CASES = {
    "greedy": {"num_beams": 1},
    **{
        f"beam{beams}-{penalty}": {"num_beams": beams, "length_penalty": penalty}
        for beams in (4, 6)
        for penalty in (0.6, 1.0, 2.0)
    },
    "beam6-no-repeat": {"num_beams": 6, "length_penalty": 1.0, "no_repeat_ngram_size": 3},
}


def main(folder: pathlib.Path) -> None:
    assert transformers.__version__.startswith("4."), transformers.__version__
    marian_tables.write(
        folder / "safetensors",
        dtype=torch.float32, shard="1GB", seed=4, activation_function="swish", scale_embedding=True,
        vocab_size=32,
    )
    save = MarianMTModel.save_pretrained
    MarianMTModel.save_pretrained = lambda *args, **rest: save(*args, safe_serialization=False, **rest)
    marian_tables.write(
        folder / "bin",
        dtype=torch.float16, shard="1GB", seed=5, activation_function="relu", scale_embedding=False,
        vocab_size=32,
    )
    marian_tables.write(
        folder / "bin-sharded",
        dtype=torch.bfloat16, shard="30kB", seed=6, activation_function="gelu", scale_embedding=True,
        vocab_size=32,
    )
    print(f"transformers {transformers.__version__}, torch {torch.__version__}, "
          f"Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
