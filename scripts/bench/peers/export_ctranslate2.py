"""Writes a MarianMT directory as a CTranslate2 model, int8.

    python export_ctranslate2.py MODEL OUT

As `ct2-transformers-converter` does, but without PyTorch, and with the start token's own embedding: the converter takes
it for zero, which it is not in every model. Tokens are named by their ids.
"""
import os
import sys

import numpy as np
from ctranslate2.specs import common_spec, transformer_spec

from checkpoint import Checkpoint, sinusoids

ACTIVATIONS = {"relu": common_spec.Activation.RELU, "gelu": common_spec.Activation.GELU,
               "swish": common_spec.Activation.SWISH}


def set_linear(spec, checkpoint, names):
    spec.weight = np.concatenate([checkpoint[name + ".weight"] for name in names])
    spec.bias = np.concatenate([checkpoint[name + ".bias"] for name in names])


def set_norm(spec, checkpoint, name):
    spec.gamma, spec.beta = checkpoint.norm(name)


def set_attention(spec, checkpoint, name, norm):
    query, key, value, out = (f"{name}.{part}_proj" for part in ("q", "k", "v", "out"))
    joined = [[query, key, value]] if len(spec.linear) == 2 else [[query], [key, value]]
    for linear, names in zip(spec.linear, joined + [[out]]):
        set_linear(linear, checkpoint, names)
    set_norm(spec.layer_norm, checkpoint, norm)


def set_stack(spec, checkpoint, side):
    config = checkpoint.config
    embeddings = spec.embeddings[0] if isinstance(spec.embeddings, list) else spec.embeddings
    embeddings.weight = checkpoint["shared.weight"]
    spec.scale_embeddings = config["d_model"] ** 0.5 if config["scale_embedding"] else 1.0
    spec.position_encodings.encodings = sinusoids(
        config["max_position_embeddings"], config["d_model"])
    for number, layer in enumerate(spec.layer):
        name = f"{side}.layers.{number}"
        set_attention(layer.self_attention, checkpoint, name + ".self_attn",
                      name + ".self_attn_layer_norm")
        if side == "decoder":
            set_attention(layer.attention, checkpoint, name + ".encoder_attn",
                          name + ".encoder_attn_layer_norm")
        set_linear(layer.ffn.linear_0, checkpoint, [name + ".fc1"])
        set_linear(layer.ffn.linear_1, checkpoint, [name + ".fc2"])
        set_norm(layer.ffn.layer_norm, checkpoint, name + ".final_layer_norm")


def main(directory, out):
    checkpoint = Checkpoint(directory)
    config = checkpoint.config
    spec = transformer_spec.TransformerSpec.from_config(
        (config["encoder_layers"], config["decoder_layers"]), config["encoder_attention_heads"],
        pre_norm=False, activation=ACTIVATIONS[config["activation_function"]])
    set_stack(spec.encoder, checkpoint, "encoder")
    set_stack(spec.decoder, checkpoint, "decoder")
    spec.decoder.projection.weight = checkpoint["shared.weight"]
    spec.decoder.projection.bias = checkpoint.logits_bias
    tokens = [str(token) for token in range(config["vocab_size"])]
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.config.bos_token = spec.config.eos_token = str(config["eos_token_id"])
    spec.config.unk_token = str(config["pad_token_id"])
    spec.config.decoder_start_token = str(config["decoder_start_token_id"])
    spec.validate()
    spec.optimize(quantization="int8")
    os.makedirs(out, exist_ok=True)
    spec.save(out)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
