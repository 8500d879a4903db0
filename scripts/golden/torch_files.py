"""Makes testdata/checkpoint/torch: the same state_dict in the files that PyTorch writes, and its values.

    python scripts/golden/torch_files.py testdata/checkpoint/torch

Needs torch and numpy; prints their versions for README.md.
"""

import collections
import json
import pathlib
import sys

import numpy
import torch


def main(folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(15)

    def integers(dtype: torch.dtype, *shape: int) -> torch.Tensor:
        low = 0 if dtype in (torch.bool, torch.uint8, torch.uint16, torch.uint32, torch.uint64) else -100
        high = 2 if dtype == torch.bool else 100
        return torch.randint(low, high, shape, generator=generator).to(dtype)

    def floats(dtype: torch.dtype, *shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)

    base = torch.arange(12, dtype=torch.float32).reshape(3, 4)
    block = floats(torch.float32, 2, 3, 4, 5)
    half = floats(torch.bfloat16, 4, 6)
    state = collections.OrderedDict(
        {
            "bool": integers(torch.bool, 7),
            "i8": integers(torch.int8, 2, 3),
            "u8": integers(torch.uint8, 5),
            "i16": integers(torch.int16, 3),
            "i32": integers(torch.int32, 2, 2),
            "i64": integers(torch.int64, 4),
            "f16": floats(torch.float16, 3, 3),
            "bf16": half,
            "f32": floats(torch.float32, 2, 3, 2),
            "f64": floats(torch.float64, 3),
            # Types without a storage class of their own.
            "u16": integers(torch.uint16, 3),
            "u32": integers(torch.uint32, 2),
            "u64": integers(torch.uint64, 2),
            "f8_e4m3": floats(torch.float8_e4m3fn, 5),
            "f8_e5m2": floats(torch.float8_e5m2, 5),
            # Views of one storage.
            "base": base,
            "transposed": base.t(),
            "rows": base[1:],
            "column": base[:, 2],
            "corner": base[1:, 1:3],
            "tied": base,
            "permuted": block.permute(3, 1, 0, 2),
            "steps": block[:, ::2, 1:4:2, ::3],
            "half_transposed": half.t(),
            "expanded": base[:1].expand(3, 4),
            "scalar": torch.tensor(2.5),
            "empty": torch.zeros(0, 4),
            "parameter": torch.nn.Parameter(floats(torch.float32, 2)),
            "größe/日本語 \"quoted\"": floats(torch.float32, 1),
            "10": floats(torch.float32, 1),
        }
    )
    # As torch.nn.Module.state_dict leaves it.
    state._metadata = collections.OrderedDict([("", {"version": 1}), ("layer", {})])

    torch.save(state, folder / "pytorch_model.bin")
    torch.save(state, folder / "legacy.bin", _use_new_zipfile_serialization=False)
    torch.save(dict(state), folder / "protocol_4.bin", pickle_protocol=4)
    sharded = folder / "sharded"
    sharded.mkdir(exist_ok=True)
    weight_map = {}
    for i, legacy in enumerate([False, True]):
        shard = {name: tensor for j, (name, tensor) in enumerate(state.items()) if j % 2 == i}
        file = f"pytorch_model-0000{i + 1}-of-00002.bin"
        torch.save(shard, sharded / file, _use_new_zipfile_serialization=not legacy)
        weight_map.update(dict.fromkeys(shard, file))
    index = {"metadata": {"total_size": 1234}, "weight_map": weight_map}
    (sharded / "pytorch_model.bin.index.json").write_text(json.dumps(index) + "\n")
    values = {
        name: {"shape": list(tensor.shape), "values": tensor.detach().double().flatten().tolist()}
        for name, tensor in state.items()
    }
    text = json.dumps(values, ensure_ascii=False) + "\n"
    (folder / "values.json").write_text(text, encoding="utf-8")
    print(f"torch {torch.__version__}, numpy {numpy.__version__}, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
