"""Writes a GPT-2 directory as transformers.js reads it: the graph that optimum exports, without an operator too many.

    python export_gpt2.py MODEL OUT

`OUT/onnx/model.onnx` is float32, `OUT/onnx/model_quantized.onnx` int8 by onnxruntime's dynamic quantisation.
"""
import os
import shutil
import sys

import numpy as np
import onnx
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic

from checkpoint import Checkpoint
from onnx_graph import FLOAT, INT64, Graph

HIDDEN = np.float32(-1e9)


def positions_seen(graph, ids, mask):
    """0 where a token sees another, else a large negative number, [batch, 1, tokens, past and tokens]."""
    total = graph.node("Squeeze", [graph.size(mask, 1)])
    tokens = graph.node("Squeeze", [graph.size(ids, 1)])
    past = graph.node("Sub", [total, tokens])
    zero, one = graph.constant("none", np.int64(0)), graph.constant("one", np.int64(1))
    keys = graph.node("Range", [zero, total, one])
    queries = graph.node("Unsqueeze", [graph.node("Range", [past, total, one]), graph.integers("column", [1])])
    causal = graph.node("LessOrEqual", [keys, queries])
    given = graph.node("Unsqueeze", [graph.node("Cast", [mask], to=TensorProto.BOOL), graph.integers("middle", [1, 2])])
    seen = graph.node("And", [causal, given])
    return graph.node("Where", [seen, graph.constant("seen", np.float32(0)), graph.constant("hidden", HIDDEN)])


def gpt2(checkpoint):
    config = checkpoint.config
    width, heads, layers = config["n_embd"], config["n_head"], config["n_layer"]
    epsilon = config.get("layer_norm_epsilon", 1e-5)
    graph = Graph(heads, width)
    ids = graph.input("input_ids", INT64, ["batch", "tokens"])
    mask = graph.input("attention_mask", INT64, ["batch", "total"])
    places = graph.input("position_ids", INT64, ["batch", "tokens"])
    shape = ["batch", heads, "past", graph.head_dim]
    past = [[graph.input(f"past_key_values.{layer}.{kind}", FLOAT, shape) for kind in ("key", "value")]
            for layer in range(layers)]
    table = checkpoint["wte.weight"]
    words = graph.node("Gather", [graph.constant("wte", table), ids])
    rows = graph.node("Gather", [graph.constant("wpe", checkpoint["wpe.weight"]), places])
    x = graph.node("Add", [words, rows])
    bias = positions_seen(graph, ids, mask)
    # Conv1D: weights are stored [in, out].
    linear = lambda x, name: graph.linear(x, name, checkpoint[name + ".weight"], checkpoint[name + ".bias"])
    for layer in range(layers):
        name = f"h.{layer}"
        normal = graph.norm(x, name + ".ln_1", checkpoint.norm(name + ".ln_1"), epsilon)
        scale = np.ones(3 * width, np.float32)
        scale[:width] = graph.head_dim ** -0.5
        fused = graph.linear(normal, name + ".attn.c_attn", checkpoint[name + ".attn.c_attn.weight"] * scale,
                             checkpoint[name + ".attn.c_attn.bias"] * scale)
        query, key, value = graph.node("Split", [fused, graph.integers("thirds", [width] * 3)], 3, axis=-1)
        present = []
        for kind, before, row in zip(("key", "value"), past[layer], (key, value)):
            joined = graph.node("Concat", [before, graph.heads_of(row)], axis=2)
            output = f"present.{layer}.{kind}"
            graph.output(joined, output, FLOAT, ["batch", heads, "total", graph.head_dim])
            present.append(output)
        keys = graph.node("Transpose", [present[0]], perm=(0, 1, 3, 2))
        context = graph.attention(graph.heads_of(query), keys, present[1], bias)
        x = graph.node("Add", [x, linear(context, name + ".attn.c_proj")])
        normal = graph.norm(x, name + ".ln_2", checkpoint.norm(name + ".ln_2"), epsilon)
        inner = graph.node("Gelu", [linear(normal, name + ".mlp.c_fc")], approximate="tanh")
        x = graph.node("Add", [x, linear(inner, name + ".mlp.c_proj")])
    x = graph.norm(x, "ln_f", checkpoint.norm("ln_f"), epsilon)
    logits = graph.node("MatMul", [x, graph.constant("lm_head", table.T)])
    graph.output(logits, "logits", FLOAT, ["batch", "tokens", config["vocab_size"]])
    return graph


def main(directory, out):
    os.makedirs(os.path.join(out, "onnx"), exist_ok=True)
    plain = os.path.join(out, "onnx", "model.onnx")
    checkpoint = Checkpoint(directory)
    checkpoint.weights = {name.removeprefix("transformer."): value for name, value in checkpoint.weights.items()}
    onnx.save(gpt2(checkpoint).model("gpt2"), plain)
    # Only the products: the tables stay float32, as a lookup is as quick.
    quantize_dynamic(plain, os.path.join(out, "onnx", "model_quantized.onnx"), per_channel=True,
                     weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"])
    shutil.copy(os.path.join(directory, "config.json"), out)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
