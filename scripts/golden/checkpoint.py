"""Makes testdata/checkpoint: files written by Python's safetensors, and roundings made by PyTorch.

    python scripts/golden/checkpoint.py testdata/checkpoint

Needs safetensors, torch, numpy and huggingface_hub; prints their versions for README.md.
"""

import hashlib
import json
import pathlib
import sys

import huggingface_hub
import numpy
import safetensors
import torch
from safetensors.torch import save_file

FLOAT_EDGES = [
    0x00000000,
    0x80000000,
    0x3F800000,  # 1
    0xBF800000,  # -1
    0x477FE000,  # 65504, the largest half
    0x477FEFFF,  # below the middle to infinity
    0x477FF000,  # the middle: infinity
    0x47800000,
    0x7F7FFFFF,  # the largest float
    0x7F800000,  # infinity
    0xFF800000,
    0x38800000,  # the smallest normal half
    0x387FFFFF,  # rounds up to it
    0x387FC000,
    0x33800000,  # the smallest subnormal half
    0x33000000,  # half of it: to even, zero
    0x33000001,
    0x33C00000,  # one and a half of it: to even, two
    0x00000001,  # the smallest subnormal float
    0x80000001,
    0x3F801000,  # a tie after 1 for half: to even
    0x3F803000,  # the next tie: to even, up
    0x3F808000,  # a tie after 1 for bfloat16
    0x3F818000,
    0x7F7F8000,  # rounds to infinity in bfloat16
]


def main(folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(20)

    def integers(dtype: torch.dtype, *shape: int) -> torch.Tensor:
        low, high = (0, 2) if dtype == torch.bool else (-100, 100)
        if not dtype.is_signed:
            low = 0
        return torch.randint(low, high, shape, generator=generator).to(dtype)

    def floats(dtype: torch.dtype, *shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator).to(dtype)

    tensors = {
        "bool": integers(torch.bool, 7),
        "i8": integers(torch.int8, 2, 3),
        "u8": integers(torch.uint8, 5),
        "i16": integers(torch.int16, 3),
        "u16": integers(torch.uint16, 3),
        "i32": integers(torch.int32, 2, 2),
        "u32": integers(torch.uint32, 2),
        "i64": integers(torch.int64, 4),
        "u64": integers(torch.uint64, 4),
        "f8_e4m3": floats(torch.float8_e4m3fn, 5),
        "f8_e5m2": floats(torch.float8_e5m2, 5),
        "f16": floats(torch.float16, 3, 3),
        "bf16": floats(torch.bfloat16, 2, 5),
        "f32": floats(torch.float32, 2, 3, 2),
        "f64": floats(torch.float64, 3),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 4),
        "größe/日本語 \"quoted\"": floats(torch.float32, 1),
        "10": floats(torch.float32, 1),
        "9": floats(torch.float32, 1),
    }
    # One note: the order of several is random in the reference.
    save_file(tensors, folder / "every_dtype.safetensors", {"note": "ä\n"})

    def listed(tensor: torch.Tensor) -> list:
        """Values in row-major order; the bits of 8-bit floats, which nothing here converts."""
        flat = tensor.flatten()
        return (flat.view(torch.uint8) if "float8" in str(flat.dtype) else flat.double()).tolist()

    values = {name: listed(tensor) for name, tensor in tensors.items()}
    (folder / "every_dtype.json").write_text(json.dumps(values) + "\n")

    bits = numpy.concatenate([
        numpy.array(FLOAT_EDGES, dtype=numpy.uint32),
        numpy.random.default_rng(20).integers(0, 2**32, 2000, dtype=numpy.uint32),
        # Most random floats are far outside of a half's range; these are within.
        numpy.random.default_rng(21).integers(0x32000000, 0x48000000, 2000, dtype=numpy.uint32),
    ])
    source = torch.from_numpy(bits.view(numpy.float32))
    source = source[~source.isnan()]
    save_file(
        {"source": source, "half": source.half(), "brain": source.bfloat16()},
        folder / "rounding.safetensors",
    )
    halves = torch.from_numpy(numpy.arange(65536, dtype=numpy.uint16).view(numpy.float16))
    floats_of_halves = halves.float().nan_to_num(nan=0.0, posinf=torch.inf, neginf=-torch.inf)
    digest = hashlib.sha256(floats_of_halves.numpy().tobytes()).hexdigest()
    print("SHA-256 of every half as float32, NaN as 0:", digest)

    state = {f"layer.{i}.weight": floats(torch.float32, 4, 4) for i in range(5)}
    sharded = folder / "sharded"
    sharded.mkdir(exist_ok=True)
    huggingface_hub.save_torch_state_dict(state, sharded, max_shard_size=150)
    save_file(state, folder / "unsharded.safetensors", {"format": "pt"})
    for module in (safetensors, torch, numpy, huggingface_hub):
        print(module.__name__, module.__version__)


main(pathlib.Path(sys.argv[1]))
