"""Writes a MarianMT directory in Marian's binary format for Bergamot: int8 (intgemm8), and the vocabulary.

    python export_marian.py MODEL OUT WORKLOAD

The multipliers of activations that `gemm-precision: int8shiftAlphaAll` needs come from the largest activations over
sentences of the workload. Marian starts a translation from zeros, not from the embedding of a start token.
"""
import json
import os
import struct
import sys

import numpy as np

from activations import largest_activations
from checkpoint import Checkpoint
from marian_vocabulary import vocabulary_of

FLOAT32, INT8, INTGEMM8 = 0x404, 0x101, 0x4101
CALIBRATION_SENTENCES = 24


class MarianFile:
    def __init__(self):
        self.items = []

    def add(self, name, kind, shape, content):
        self.items.append((name, kind, shape, content + b"\0" * (-len(content) % 256)))

    def floats(self, name, array):
        rows = array.reshape(1, -1).astype(np.float32)
        self.add(name, FLOAT32, rows.shape, rows.tobytes())

    def product(self, name, rows, shape, largest):
        """rows `[out, in]`: intgemm8 keeps the transposed matrix, then its multiplier."""
        multiplier = np.float32(127 / np.abs(rows).max())
        quantized = np.clip(np.rint(rows * multiplier), -127, 127).astype(np.int8)
        self.add(name, INTGEMM8, shape, quantized.tobytes() + multiplier.tobytes())
        self.floats(name + "_QuantMultA", np.array(127 / largest))

    def save(self, path):
        out = struct.pack("<QQ", 1, len(self.items))
        for name, kind, shape, content in self.items:
            out += struct.pack("<QQQQ", len(name) + 1, kind, len(shape), len(content))
        out += b"".join(name.encode() + b"\0" for name, *_ in self.items)
        out += b"".join(np.array(shape, np.int32).tobytes() for _, _, shape, _ in self.items)
        padding = -(len(out) + 8) % 256
        with open(path, "wb") as file:
            file.write(out + struct.pack("<Q", padding) + b"\0" * padding)
            for *_, content in self.items:
                file.write(content)


def add_linear(file, checkpoint, source, weight, bias, largest):
    rows = checkpoint[source + ".weight"]
    file.product(weight, rows, rows.shape[::-1], largest)
    file.floats(bias, checkpoint[source + ".bias"])


def add_norm(file, checkpoint, source, name):
    scale, bias = checkpoint.norm(source)
    file.floats(name + "_ln_scale", scale)
    file.floats(name + "_ln_bias", bias)


def add_attention(file, checkpoint, source, name, largest):
    for part, products in (("q", ("qkv", "q_proj")), ("k", ("qkv",)), ("v", ("qkv",)),
                           ("o", ("out_proj",))):
        proj = "out_proj" if part == "o" else part + "_proj"
        seen = [largest[f"{source}.{p}"] for p in products if f"{source}.{p}" in largest]
        add_linear(file, checkpoint, f"{source}.{proj}", f"{name}_W{part}", f"{name}_b{part}",
                   seen[0] if seen else largest["memory"])
    add_norm(file, checkpoint, source + "_layer_norm", name + "_Wo")


def add_stack(file, checkpoint, side, largest):
    for layer in range(checkpoint.config[side + "_layers"]):
        source, name = f"{side}.layers.{layer}", f"{side}_l{layer + 1}"
        add_attention(file, checkpoint, source + ".self_attn", name + "_self", largest)
        if side == "decoder":
            add_attention(file, checkpoint, source + ".encoder_attn", name + "_context", largest)
        for number in (1, 2):
            product = f"{source}.fc{number}"
            add_linear(file, checkpoint, product, f"{name}_ffn_W{number}",
                       f"{name}_ffn_b{number}", largest[product])
        add_norm(file, checkpoint, source + ".final_layer_norm", name + "_ffn_ffn")


def description(config):
    vocabulary = config["vocab_size"]
    lines = {
        "type": "transformer", "version": "v1.11.0", "input-types": "[]",
        "dim-emb": config["d_model"], "dim-vocabs": f"\n  - {vocabulary}\n  - {vocabulary}",
        "enc-depth": config["encoder_layers"], "dec-depth": config["decoder_layers"],
        "transformer-heads": config["encoder_attention_heads"],
        "transformer-dim-ffn": config["encoder_ffn_dim"], "transformer-ffn-depth": 2,
        "transformer-decoder-dim-ffn": config["decoder_ffn_dim"],
        "transformer-decoder-ffn-depth": 2, "transformer-ffn-activation":
        config["activation_function"], "transformer-decoder-autoreg": "self-attention",
        "transformer-preprocess": '""', "transformer-postprocess": "dan",
        "transformer-postprocess-emb": "d", "transformer-postprocess-top": '""',
        "transformer-train-position-embeddings": "false", "transformer-no-projection": "false",
        "transformer-depth-scaling": "false", "transformer-tied-layers": "[]",
        "transformer-guided-alignment-layer": "last", "tied-embeddings": "false",
        "tied-embeddings-all": "true", "tied-embeddings-src": "false", "skip": "false",
        "layer-normalization": "false", "right-left": "false", "lemma-dim-emb": 0, "ulr": "false",
        "transformer-aan-activation": "swish", "transformer-aan-depth": 2,
        "transformer-aan-nogate": "false", "transformer-dim-aan": 2048, "enc-type": "bidirectional",
        "enc-cell": "gru", "enc-cell-depth": 1, "dec-cell": "gru", "dec-cell-base-depth": 2,
        "dec-cell-high-depth": 1, "dim-rnn": 1024,
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items())


def main(directory, out, workload_path):
    with open(workload_path) as file:
        workload = json.load(file)
    checkpoint = Checkpoint(directory)
    sentences = workload["sentences"]
    every = max(1, len(sentences) // CALIBRATION_SENTENCES)
    largest = largest_activations(checkpoint, [s["ids"] for s in sentences[::every]],
                                  workload.get("newTokens") or workload["maxNewTokens"])
    marian = MarianFile()
    table = checkpoint["shared.weight"]
    marian.product("Wemb", table, table.shape, largest["output"])
    marian.floats("none_QuantMultA", np.array(127 / largest["output"]))
    add_stack(marian, checkpoint, "encoder", largest)
    add_stack(marian, checkpoint, "decoder", largest)
    marian.floats("decoder_ff_logit_out_b", checkpoint.logits_bias)
    text = description(checkpoint.config).encode() + b"\0"
    marian.add("special:model.yml", INT8, [len(text)], text)
    os.makedirs(out, exist_ok=True)
    marian.save(os.path.join(out, "model.bin"))
    with open(os.path.join(out, "vocab.spm"), "wb") as file:
        file.write(vocabulary_of(directory, checkpoint.config["vocab_size"]))


if __name__ == "__main__":
    main(*sys.argv[1:4])
