"""Makes testdata/marian-tables: tiny MarianMT checkpoints with several tables of embeddings, and what they compute.

    python scripts/golden/marian_tables.py testdata/marian-tables

Needs torch, transformers and safetensors; prints their versions for README.md.
"""

import json
import pathlib
import sys

import safetensors.torch
import torch
import transformers
from transformers import MarianConfig, MarianMTModel

CASES = {
    "greedy": {"num_beams": 1},
    "beam4-0.6": {"num_beams": 4, "length_penalty": 0.6},
    "beam4-1": {"num_beams": 4, "length_penalty": 1.0},
    "beam4-2": {"num_beams": 4, "length_penalty": 2.0},
    "beam4-no-repeat": {"num_beams": 4, "length_penalty": 1.0, "no_repeat_ngram_size": 3},
}


def write(folder: pathlib.Path, *, dtype: torch.dtype, shard: str, seed: int, has_output: bool = False, **options) -> None:
    torch.manual_seed(seed)
    target = options.get("decoder_vocab_size", options["vocab_size"])
    pad = min(target, options["vocab_size"]) - 1
    config = MarianConfig(
        d_model=20,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=2,
        encoder_ffn_dim=24,
        decoder_ffn_dim=28,
        max_position_embeddings=32,
        pad_token_id=pad,
        eos_token_id=0,
        decoder_start_token_id=pad,
        forced_eos_token_id=0,
        init_std=0.35,
        **options,
    )
    model = MarianMTModel(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter.add_(torch.randn_like(parameter) * 0.2)
        model.final_logits_bias.copy_(torch.randn(1, target) * 0.5)
    model = model.to(dtype)
    model.generation_config.update(
        bad_words_ids=[[pad]], pad_token_id=pad, eos_token_id=0, forced_eos_token_id=0,
        decoder_start_token_id=pad, max_length=32, num_beams=4,
    )
    model.save_pretrained(folder, max_shard_size=shard)
    if has_output:
        add_output(folder / "model.safetensors")
    model = MarianMTModel.from_pretrained(folder, dtype=torch.float64).eval()

    sources = [[5, 7, 9, 2, 11, 0], [12, 0], [3, 3, 17, 21, 8, 6, 19, 4, 0]]
    golden = {"inputIds": sources, "targetIds": [], "logits": [], "generation": {}}
    with torch.no_grad():
        for source in sources:
            labels = [*torch.randint(1, pad, (7,)).tolist(), 0]
            golden["targetIds"].append(labels)
            logits = model(
                input_ids=torch.tensor([source]),
                decoder_input_ids=torch.tensor([[pad, *labels[:-1]]]),
            ).logits[0]
            golden["logits"].append([[float(f"{x:.7g}") for x in row] for row in logits.tolist()])
        for name, case in CASES.items():
            ids = [
                model.generate(torch.tensor([source]), max_new_tokens=10, **case)[0].tolist()[1:]
                for source in sources
            ]
            golden["generation"][name] = {"options": case, "ids": ids}
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")


def add_output(file: pathlib.Path) -> None:
    """Stores an output matrix in a file whose config ties it."""
    tensors = safetensors.torch.load_file(file)
    tensors["lm_head.weight"] = torch.randn_like(tensors["model.shared.weight"])
    safetensors.torch.save_file(tensors, file, metadata={"format": "pt"})


def main(folder: pathlib.Path) -> None:
    write(
        folder / "separate",
        dtype=torch.float32, shard="40kB", seed=1, activation_function="gelu", scale_embedding=True,
        vocab_size=29, decoder_vocab_size=33, share_encoder_decoder_embeddings=False,
    )
    write(
        folder / "untied",
        dtype=torch.bfloat16, shard="1GB", seed=2, activation_function="swish",
        scale_embedding=False, vocab_size=32, tie_word_embeddings=False,
    )
    write(
        folder / "apart",
        dtype=torch.float16, shard="1GB", seed=3, activation_function="relu", scale_embedding=True,
        vocab_size=29, decoder_vocab_size=33, share_encoder_decoder_embeddings=False,
        tie_word_embeddings=False,
    )
    write(
        folder / "stored",
        dtype=torch.bfloat16, shard="1GB", seed=4, activation_function="relu", scale_embedding=True,
        vocab_size=32, has_output=True,
    )
    print(
        f"transformers {transformers.__version__}, torch {torch.__version__}, "
        f"safetensors {safetensors.__version__}, Python {sys.version.split()[0]}"
    )


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
