"""Writes a model directory as ONNX: float32, and int8 by onnxruntime's dynamic quantisation.

    python export_onnx.py MODEL OUT

A translation model becomes `encoder` (ids -> cross-attention keys and values) and `decoder` (one step with past keys
and values -> the best token); a BERT becomes `encoder` alone. Each as `x.fp32.onnx` and `x.q8.onnx`.
"""
import os
import sys

import numpy as np
import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

from checkpoint import Checkpoint, sinusoids
from onnx_graph import FLOAT, INT64, Graph, scaled

ACTIVATIONS = {"relu": "Relu", "gelu": "Gelu"}


def self_projections(graph, x, checkpoint, prefix, names):
    query, key, value = (checkpoint.linear(f"{prefix}.{name}") for name in names)
    query = scaled(query, graph.head_dim ** -0.5)
    return graph.projections(x, prefix + ".qkv", [query, key, value])


def residual(graph, x, update, checkpoint, name, epsilon=1e-5):
    return graph.norm(graph.node("Add", [x, update]), name, checkpoint.norm(name), epsilon)


def marian_feed_forward(graph, x, checkpoint, prefix):
    names = [f"{prefix}.fc1", f"{prefix}.fc2"]
    activation = ACTIVATIONS[checkpoint.config["activation_function"]]
    y = graph.feed_forward(x, names, [checkpoint.linear(n) for n in names], activation)
    return residual(graph, x, y, checkpoint, f"{prefix}.final_layer_norm")


def marian_embedding(graph, ids, checkpoint, first):
    config, table = checkpoint.config, checkpoint["shared.weight"]
    scale = np.float32(config["d_model"] ** 0.5 if config["scale_embedding"] else 1)
    words = graph.node("Gather", [graph.constant("embedding", table * scale), ids])
    positions = graph.constant(
        "positions", sinusoids(config["max_position_embeddings"], config["d_model"]))
    return graph.node("Add", [words, graph.table_rows(positions, first, graph.size(ids, 1))])


def marian_encoder(checkpoint):
    config = checkpoint.config
    graph = Graph(config["encoder_attention_heads"], config["d_model"])
    ids = graph.input("ids", INT64, ["batch", "source"])
    bias = graph.input("bias", FLOAT, ["batch", 1, 1, "source"])
    x = marian_embedding(graph, ids, checkpoint, graph.zero)
    for layer in range(config["encoder_layers"]):
        prefix = f"encoder.layers.{layer}"
        query, key, value = self_projections(
            graph, x, checkpoint, prefix + ".self_attn", ("q_proj", "k_proj", "v_proj"))
        context = graph.attention(
            graph.heads_of(query), graph.heads_of(key, (0, 2, 3, 1)), graph.heads_of(value), bias)
        name = prefix + ".self_attn.out_proj"
        y = graph.linear(context, name, *checkpoint.linear(name))
        x = residual(graph, x, y, checkpoint, prefix + ".self_attn_layer_norm")
        x = marian_feed_forward(graph, x, checkpoint, prefix)
    layers = range(config["decoder_layers"])
    linears = [checkpoint.linear(f"decoder.layers.{layer}.encoder_attn.{name}")
               for layer in layers for name in ("k_proj", "v_proj")]
    both = graph.projections(x, "memory", linears)
    for layer in layers:
        key = graph.heads_of(both[2 * layer], (0, 2, 3, 1))
        graph.output(key, f"memory_key{layer}", FLOAT, ["batch", graph.heads, graph.head_dim, "source"])
        value = graph.heads_of(both[2 * layer + 1])
        graph.output(value, f"memory_value{layer}", FLOAT,
                     ["batch", graph.heads, "source", graph.head_dim])
    return graph


def marian_decoder(checkpoint):
    config = checkpoint.config
    graph = Graph(config["decoder_attention_heads"], config["d_model"])
    past_shape = ["batch", graph.heads, "past", graph.head_dim]
    ids = graph.input("ids", INT64, ["batch", 1])
    bias = graph.input("bias", FLOAT, ["batch", 1, 1, "source"])
    layers = range(config["decoder_layers"])
    past = [[graph.input(f"past_{kind}{layer}", FLOAT, past_shape) for kind in ("key", "value")]
            for layer in layers]
    x = marian_embedding(graph, ids, checkpoint, graph.size(past[0][0], 2))
    for layer in layers:
        prefix = f"decoder.layers.{layer}"
        query, key, value = self_projections(
            graph, x, checkpoint, prefix + ".self_attn", ("q_proj", "k_proj", "v_proj"))
        present = []
        for kind, before, row in zip(("key", "value"), past[layer], (key, value)):
            joined = graph.node("Concat", [before, graph.heads_of(row)], axis=2)
            name = f"present_{kind}{layer}"
            graph.output(joined, name, FLOAT, ["batch", graph.heads, "target", graph.head_dim])
            present.append(name)
        keys = graph.node("Transpose", [present[0]], perm=(0, 1, 3, 2))
        context = graph.attention(graph.heads_of(query), keys, present[1])
        name = prefix + ".self_attn.out_proj"
        y = graph.linear(context, name, *checkpoint.linear(name))
        x = residual(graph, x, y, checkpoint, prefix + ".self_attn_layer_norm")

        name = prefix + ".encoder_attn"
        query = scaled(checkpoint.linear(name + ".q_proj"), graph.head_dim ** -0.5)
        query = graph.heads_of(graph.linear(x, name + ".q_proj", *query))
        key = graph.input(f"memory_key{layer}", FLOAT,
                          ["batch", graph.heads, graph.head_dim, "source"])
        value = graph.input(f"memory_value{layer}", FLOAT,
                            ["batch", graph.heads, "source", graph.head_dim])
        context = graph.attention(query, key, value, bias)
        y = graph.linear(context, name + ".out_proj", *checkpoint.linear(name + ".out_proj"))
        x = residual(graph, x, y, checkpoint, name + "_layer_norm")
        x = marian_feed_forward(graph, x, checkpoint, prefix)
    logits = graph.linear(x, "output", checkpoint["shared.weight"].T, checkpoint.logits_bias)
    graph.output(graph.node("ArgMax", [logits], axis=-1, keepdims=0), "best", INT64, ["batch", 1])
    return graph


def bert_encoder(checkpoint):
    config = checkpoint.config
    epsilon = config.get("layer_norm_eps", 1e-12)
    graph = Graph(config["num_attention_heads"], config["hidden_size"])
    ids = graph.input("ids", INT64, ["batch", "source"])
    bias = graph.input("bias", FLOAT, ["batch", 1, 1, "source"])
    types = checkpoint["embeddings.token_type_embeddings.weight"][0]
    words = graph.node("Gather", [
        graph.constant("embedding", checkpoint["embeddings.word_embeddings.weight"]), ids])
    positions = graph.constant(
        "positions", checkpoint["embeddings.position_embeddings.weight"] + types)
    rows = graph.table_rows(positions, graph.zero, graph.size(ids, 1))
    x = residual(graph, words, rows, checkpoint, "embeddings.LayerNorm", epsilon)
    activation = ACTIVATIONS[config["hidden_act"]]
    for layer in range(config["num_hidden_layers"]):
        prefix = f"encoder.layer.{layer}"
        query, key, value = self_projections(
            graph, x, checkpoint, prefix + ".attention.self", ("query", "key", "value"))
        context = graph.attention(
            graph.heads_of(query), graph.heads_of(key, (0, 2, 3, 1)), graph.heads_of(value), bias)
        name = prefix + ".attention.output"
        y = graph.linear(context, name + ".dense", *checkpoint.linear(name + ".dense"))
        x = residual(graph, x, y, checkpoint, name + ".LayerNorm", epsilon)
        names = [prefix + ".intermediate.dense", prefix + ".output.dense"]
        y = graph.feed_forward(x, names, [checkpoint.linear(n) for n in names], activation)
        x = residual(graph, x, y, checkpoint, prefix + ".output.LayerNorm", epsilon)
    graph.output(x, "hidden", FLOAT, ["batch", "source", graph.width])
    return graph


def graphs_of(checkpoint):
    if checkpoint.config["model_type"] == "bert":
        return {"encoder": bert_encoder(checkpoint)}
    return {"encoder": marian_encoder(checkpoint), "decoder": marian_decoder(checkpoint)}


def main(directory, out):
    os.makedirs(out, exist_ok=True)
    for name, graph in graphs_of(Checkpoint(directory)).items():
        plain = os.path.join(out, name + ".fp32.onnx")
        onnx.save(graph.model(name), plain)
        # Only the products: the tables stay float32, as a lookup is as quick.
        quantize_dynamic(plain, os.path.join(out, name + ".q8.onnx"), per_channel=True,
                         weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul"])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
