"""Makes model directories with random weights, for benchmarks of speed only.

    pip install numpy==1.26.4 safetensors==0.8.0
    python3 scripts/bench/random_models.py tiny bench-models/tiny
    python3 scripts/bench/random_models.py base bench-models/base --dtype F16 --seed 2

    shape      model            hidden  feed-forward  layers  heads  tokens  parameters
    tiny       MarianMT         256     1536          6 + 2   8      32,000  17.2 M
    tiny-ssru  the same, SSRU   256     1536          6 + 2   8      32,000  16.9 M
    base       MarianMT         512     2048          6 + 6   8      32,000  60.6 M
    minilm-l6  BERT, no pooler  384     1536          6       12     30,522  22.6 M

Each directory holds `config.json`, `model.safetensors` and, where the model generates,
`generation_config.json`, as transformers and Heed read them. transformers has no SSRU decoder and
cannot run `tiny-ssru`; its layout is that of testdata/engine/marian-ssru.

Projections are Glorot uniform, embeddings normal with deviation 1 / sqrt(hidden) (which Marian
scales by sqrt(hidden)), norms the identity, biases normal with deviation 0.02: hidden states have a
deviation of 1 in every layer. What the models say is noise: mostly one token again and again.

`final_logits_bias` puts `</s>` (0) and padding (the last id) out of reach, and nothing forces
`</s>` at the limit: a caller that asks for 20 new tokens gets 20, with any number of beams.

The same seed gives the same weights again; `tiny` and `tiny-ssru` share those that both have, and
F16 is F32 rounded.
"""

import argparse
import json
import pathlib
import zlib
from collections.abc import Iterator

import numpy
from safetensors.numpy import save_file

EOS = 0
NEVER = -1e4  # a bias on a logit; float16 holds it, and its exponential is 0
MAX_LENGTH = 512

Shapes = Iterator[tuple[str, tuple[int, ...]]]

MARIAN = {
    "tiny": {"d_model": 256, "ffn": 1536, "encoder_layers": 6, "decoder_layers": 2},
    "tiny-ssru": {"d_model": 256, "ffn": 1536, "encoder_layers": 6, "decoder_layers": 2},
    "base": {"d_model": 512, "ffn": 2048, "encoder_layers": 6, "decoder_layers": 6},
}


def marian_config(shape: str, vocab: int = 32000, heads: int = 8) -> tuple[dict, dict]:
    """The contents of config.json and generation_config.json."""
    sizes = MARIAN[shape]
    tokens = {
        "decoder_start_token_id": vocab - 1,
        "eos_token_id": EOS,
        "forced_eos_token_id": None,
        "pad_token_id": vocab - 1,
    }
    config = {
        "architectures": ["MarianMTModel"],
        "model_type": "marian",
        "activation_function": "relu",
        "d_model": sizes["d_model"],
        "decoder_attention_heads": heads,
        "decoder_ffn_dim": sizes["ffn"],
        "decoder_layers": sizes["decoder_layers"],
        "decoder_vocab_size": vocab,
        "dropout": 0.1,
        "encoder_attention_heads": heads,
        "encoder_ffn_dim": sizes["ffn"],
        "encoder_layers": sizes["encoder_layers"],
        "is_encoder_decoder": True,
        "max_position_embeddings": MAX_LENGTH,
        "scale_embedding": True,
        "share_encoder_decoder_embeddings": True,
        "static_position_embeddings": True,
        "tie_word_embeddings": True,
        "vocab_size": vocab,
        **tokens,
        **({"decoder_autoreg": "rnn"} if shape == "tiny-ssru" else {}),
    }
    generation = {
        "bad_words_ids": [[vocab - 1]],
        "max_length": MAX_LENGTH,
        "num_beams": 1,
        **tokens,
    }
    return config, generation


def marian_shapes(config: dict) -> Shapes:
    """Name and shape of every weight."""
    hidden = config["d_model"]

    def attention(name: str) -> Shapes:
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            yield from linear(f"{name}.{part}", hidden, hidden)
        yield from norm(f"{name}_layer_norm", hidden)

    def feed_forward(name: str, width: int) -> Shapes:
        yield from linear(f"{name}.fc1", width, hidden)
        yield from linear(f"{name}.fc2", hidden, width)
        yield from norm(f"{name}.final_layer_norm", hidden)

    yield "model.shared.weight", (config["vocab_size"], hidden)
    yield "final_logits_bias", (1, config["vocab_size"])
    for layer in range(config["encoder_layers"]):
        name = f"model.encoder.layers.{layer}"
        yield from attention(f"{name}.self_attn")
        yield from feed_forward(name, config["encoder_ffn_dim"])
    for layer in range(config["decoder_layers"]):
        name = f"model.decoder.layers.{layer}"
        if config.get("decoder_autoreg") == "rnn":
            yield f"{name}.rnn.w.weight", (hidden, hidden)
            yield from linear(f"{name}.rnn.wf", hidden, hidden)
            yield from norm(f"{name}.rnn.layer_norm", hidden)
        else:
            yield from attention(f"{name}.self_attn")
        yield from attention(f"{name}.encoder_attn")
        yield from feed_forward(name, config["decoder_ffn_dim"])


def minilm_config() -> dict:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": 384,
        "intermediate_size": 1536,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": MAX_LENGTH,
        "num_attention_heads": 12,
        "num_hidden_layers": 6,
        "pad_token_id": 0,
        "type_vocab_size": 2,
        "vocab_size": 30522,
    }


def bert_shapes(config: dict) -> Shapes:
    hidden, width = config["hidden_size"], config["intermediate_size"]
    yield "embeddings.word_embeddings.weight", (config["vocab_size"], hidden)
    yield "embeddings.position_embeddings.weight", (config["max_position_embeddings"], hidden)
    yield "embeddings.token_type_embeddings.weight", (config["type_vocab_size"], hidden)
    yield from norm("embeddings.LayerNorm", hidden)
    for layer in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            yield from linear(f"{name}.attention.self.{part}", hidden, hidden)
        yield from linear(f"{name}.attention.output.dense", hidden, hidden)
        yield from norm(f"{name}.attention.output.LayerNorm", hidden)
        yield from linear(f"{name}.intermediate.dense", width, hidden)
        yield from linear(f"{name}.output.dense", hidden, width)
        yield from norm(f"{name}.output.LayerNorm", hidden)


def linear(name: str, outputs: int, inputs: int) -> Shapes:
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def norm(name: str, size: int) -> Shapes:
    yield f"{name}.weight", (size,)
    yield f"{name}.bias", (size,)


def draw(name: str, shape: tuple[int, ...], seed: int) -> numpy.ndarray:
    """One weight, float32, from a generator of its own."""
    random = numpy.random.Generator(numpy.random.PCG64([seed, zlib.crc32(name.encode())]))
    if "norm" in name.lower() and name.endswith("weight"):
        return numpy.ones(shape, numpy.float32)
    if name == "final_logits_bias":
        bias = 0.02 * random.standard_normal(shape, numpy.float32)
        bias[:, [EOS, -1]] = NEVER
        return bias
    if name.endswith("bias"):
        return 0.02 * random.standard_normal(shape, numpy.float32)
    if "embeddings" in name or "shared" in name:
        return shape[1] ** -0.5 * random.standard_normal(shape, numpy.float32)
    limit = (6 / sum(shape)) ** 0.5
    return random.uniform(-limit, limit, shape).astype(numpy.float32)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("shape", choices=[*MARIAN, "minilm-l6"])
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--dtype", choices=["F32", "F16"], default="F32")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    generation = None
    if arguments.shape in MARIAN:
        config, generation = marian_config(arguments.shape)
        shapes = marian_shapes(config)
    else:
        config = minilm_config()
        shapes = bert_shapes(config)
    dtype = {"F32": numpy.float32, "F16": numpy.float16}[arguments.dtype]
    config["dtype"] = {"F32": "float32", "F16": "float16"}[arguments.dtype]
    weights = {name: draw(name, shape, arguments.seed).astype(dtype) for name, shape in shapes}
    folder: pathlib.Path = arguments.directory
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    if generation is not None:
        text = json.dumps(generation, indent=2, sort_keys=True)
        (folder / "generation_config.json").write_text(text + "\n")
    # transformers asks for the format.
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    count = sum(weight.size for weight in weights.values())
    print(f"{folder}: {arguments.shape}, {arguments.dtype}, {count / 1e6:.1f} M parameters")


if __name__ == "__main__":
    main()
