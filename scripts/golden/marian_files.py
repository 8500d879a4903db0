"""Makes testdata/checkpoint/marian: small matrices in the files of Marian, and their values.

    python scripts/golden/marian_files.py testdata/checkpoint/marian

Needs numpy; prints its version for README.md. The binary forms are written here byte by byte.
"""

import json
import pathlib
import struct
import sys

import numpy

FLOAT32, INT8, INTGEMM8 = 0x404, 0x101, 0x4101
OPTIONS = "dim-emb: 4\ntransformer-decoder-autoreg: rnn\nversion: größer\n"


def binary(items: list[tuple[str, int, tuple[int, ...], bytes]]) -> bytes:
    out = struct.pack("<QQ", 1, len(items))
    for name, kind, shape, data in items:
        out += struct.pack("<QQQQ", len(name) + 1, kind, len(shape), len(data))
    for name, *_ in items:
        out += name.encode() + b"\0"
    for _, _, shape, _ in items:
        out += struct.pack(f"<{len(shape)}i", *shape)
    padding = 256 - (len(out) + 8) % 256
    out += struct.pack("<Q", padding) + bytes(padding)
    return out + b"".join(data for *_, data in items)


def padded(data: bytes) -> bytes:
    # Filled with what must not be read.
    return data + b"\xaa" * (-len(data) % 256)


def shortlist(first: int, best: int, lists: list[list[int]]) -> bytes:
    offsets = numpy.cumsum([0] + [len(ids) for ids in lists])
    ids = [i for row in lists for i in row]
    body = struct.pack("<QQQQ", first, best, len(offsets), len(ids))
    body += struct.pack(f"<{len(offsets)}Q", *offsets) + struct.pack(f"<{len(ids)}I", *ids)
    checksum, mask = 0, (1 << 64) - 1
    for (word,) in struct.iter_unpack("<Q", body[: len(body) // 8 * 8]):
        checksum ^= (word + 0x9E3779B9 + (checksum << 6) + (checksum >> 2)) & mask
    return struct.pack("<QQ", 0xF11A48D5013417F5, checksum) + body


def main(folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    random = numpy.random.default_rng(15)

    def floats(*shape: int) -> numpy.ndarray:
        return random.standard_normal(shape).astype("<f4")

    tensors = {
        "Wemb": floats(6, 4),
        "decoder_ff_logit_out_b": floats(1, 6),
        "encoder_l1_ffn_W1": floats(4, 8),
        "encoder_l1_ffn_W1_QuantMultA": floats(1, 1),
        "encoder_l1_ffn_W2": floats(8, 4),
        "encoder_l1_self_Wo_ln_scale": floats(1, 4),
        "encoder_l1_self_Wq": floats(4, 4),
        "encoder_l1_self_Wt": floats(2, 3),
    }
    options = OPTIONS.encode() + b"\0"
    values = {}
    plain, quantized = [], []
    for name, matrix in tensors.items():
        expected = {"shape": list(matrix.shape), "values": matrix.ravel().tolist()}
        plain.append((name, FLOAT32, matrix.shape, padded(matrix.tobytes())))
        if "_W" in name and name.rindex("_W") >= len(name) - 3 or name == "Wemb":
            multiplier = numpy.float32(127) / numpy.abs(matrix).max()
            rounded = numpy.rint(matrix * multiplier).astype("i1")
            stored = rounded if name == "Wemb" else rounded.T
            data = stored.tobytes() + struct.pack("<f", multiplier)
            quantized.append((name, INTGEMM8, matrix.shape, padded(data)))
            scale = numpy.float32(1 / float(multiplier))
            dequantized = rounded.astype("<f4") * scale
            expected["int8"] = rounded.ravel().tolist()
            expected["multiplier"] = float(multiplier)
            expected["dequantized"] = dequantized.ravel().tolist()
        else:
            quantized.append(plain[-1])
        values[name] = expected
    note = ("special:model.yml", INT8, (len(options),), options)
    (folder / "model.bin").write_bytes(binary(plain + [note]))
    (folder / "model.intgemm.alphas.bin").write_bytes(binary(quantized + [note]))
    archive = tensors | {"special:model.yml": numpy.frombuffer(options, "i1")}
    numpy.savez(folder / "model.npz", **archive)
    numpy.savez_compressed(folder / "deflated.npz", **archive)
    types = {
        kind: random.integers(-100 if kind[0] == "i" else 0, 100, (2, 3)).astype(f"<{kind}")
        for kind in ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8")
    }
    types["b1"] = numpy.array([True, False])
    types["f2"] = floats(2, 2).astype("<f2")
    types["f8"] = random.standard_normal(3)
    types["scalar"] = numpy.array(2.5, "<f4")
    types["empty"] = numpy.zeros((0, 4), "<f4")
    types["fortran"] = numpy.asfortranarray(floats(2, 3, 4))
    types["column"] = numpy.asfortranarray(floats(3, 1))
    numpy.savez(folder / "types.npz", **types)
    names = {"b": "BOOL", "i": "I", "u": "U", "f": "F"}
    golden = {
        name: {
            "dtype": names[array.dtype.kind] + ("" if name == "b1" else str(8 * array.itemsize)),
            "shape": list(array.shape),
            "values": array.astype("<f8").ravel().tolist(),
        }
        for name, array in types.items()
    }
    (folder / "types.json").write_text(json.dumps(golden) + "\n")
    text = {"options": OPTIONS, "tensors": values}
    (folder / "values.json").write_text(json.dumps(text, ensure_ascii=False) + "\n")

    lists = [[], [0, 3, 7], [2, 9], [], [1, 2, 3, 4, 5]]
    (folder / "lex.s2t.bin").write_bytes(shortlist(3, 5, lists))
    (folder / "lex.json").write_text(json.dumps({"first": 3, "best": 5, "lists": lists}) + "\n")
    print(f"numpy {numpy.__version__}, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
