"""Makes testdata/gpt: a tiny GPT-2, the same weights with GPT-3's locally banded layers, and what both compute.

    python scripts/golden/gpt.py testdata/gpt

The banded layers are computed densely: a hook adds a mask to the attention of every second layer of transformers'
GPT-2, in which a token sees itself and the `window_size - 1` tokens before it.
"""

import json
import pathlib
import sys

import safetensors.torch
import torch
import transformers
from transformers import GenerationConfig, GPT2Config, GPT2LMHeadModel

from engine_checkpoint import both_precisions, generated, numbers, randomize

EOS, VOCAB, WINDOW, SEED = 0, 61, 5, 7
PROMPTS = [[17, 5, 42, 9, 33, 21, 58, 3, 11], [7, 3, 29], [8]]
TEXTS = [[3, 14, 15, 9, 26, 5, 35, 8, 9, 7, 9, 32], [27, 18, 28, 18, 28, 45, 9, 4, 52, 35, 36, 2]]
CASES = {
    "greedy50": {"num_beams": 1, "max_new_tokens": 50, "min_new_tokens": 50},
    "greedy50NoRepeat": {"num_beams": 1, "max_new_tokens": 50, "min_new_tokens": 50, "no_repeat_ngram_size": 2},
    "beam5": {"num_beams": 5, "num_return_sequences": 5, "max_new_tokens": 20},
    "beam3Penalties": {
        "num_beams": 3,
        "max_new_tokens": 20,
        "repetition_penalty": 1.3,
        "no_repeat_ngram_size": 2,
        "bad_words_ids": [[5], [9, 3]],
        "length_penalty": 0.6,
    },
}
NAMES = {
    "num_beams": "numBeams",
    "num_return_sequences": "numReturnSequences",
    "max_new_tokens": "maxNewTokens",
    "min_new_tokens": "minNewTokens",
    "length_penalty": "lengthPenalty",
    "repetition_penalty": "repetitionPenalty",
    "no_repeat_ngram_size": "noRepeatNgramSize",
    "bad_words_ids": "bannedSequences",
}


def main(root: pathlib.Path) -> None:
    torch.set_num_threads(1)
    config = GPT2Config(
        vocab_size=VOCAB,
        n_positions=64,
        n_embd=24,
        n_layer=4,
        n_head=3,
        n_inner=40,
        bos_token_id=EOS,
        eos_token_id=EOS,
        resid_pdrop=0,
        embd_pdrop=0,
        attn_pdrop=0,
        attn_implementation="eager",
    )
    model = GPT2LMHeadModel(config)
    randomize(model, SEED, std=0.35)
    model.eval()
    model.generation_config = GenerationConfig(bos_token_id=EOS, eos_token_id=EOS)
    write(root / "gpt2", model, {})
    for block in list(model.transformer.h)[1::2]:
        block.attn.register_forward_pre_hook(banded, with_kwargs=True)
    write(
        root / "gpt3",
        model,
        {
            "model_type": "gpt3",
            "architectures": None,
            "attention_layers": ["global", "local"] * (config.n_layer // 2),
            "window_size": WINDOW,
        },
    )


def banded(_, args, kwargs):
    length = args[0].shape[1]
    place = torch.arange(length)
    distance = place[:, None] - place[None, :]
    hidden = (distance < 0) | (distance >= WINDOW)
    mask = torch.zeros(length, length, dtype=args[0].dtype).masked_fill(hidden, float("-inf"))
    return args, {**kwargs, "attention_mask": mask[None, None]}


def write(folder: pathlib.Path, model: GPT2LMHeadModel, changes: dict) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink()
    config = json.loads((folder / "config.json").read_text()) | changes
    (folder / "config.json").write_text(json.dumps({k: v for k, v in config.items() if v is not None}, indent=2) + "\n")
    defaults = {
        "eos_token_id": EOS,
        "pad_token_id": -1,
        "use_cache": False,
    }
    cases = generated(model, PROMPTS, CASES, defaults)
    golden = {
        "program": f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}",
        "prompts": PROMPTS,
        "texts": TEXTS,
        **both_precisions(model, values),
        "generation": {
            name: {"options": {NAMES[key]: value for key, value in CASES[name].items()}, "hypotheses": rows}
            for name, rows in cases.items()
        },
    }
    (folder / "golden.json").write_text(json.dumps(numbers(golden)) + "\n")
    safetensors.torch.save_file(gradients(model), folder / "gradients.safetensors")


def values(model: GPT2LMHeadModel) -> dict:
    output = model(torch.tensor(TEXTS), labels=torch.tensor(TEXTS), use_cache=False)
    return {"logits": output.logits, "loss": output.loss}


def gradients(model: GPT2LMHeadModel) -> dict:
    """Of the mean loss, in float32."""
    model.float().zero_grad()
    texts = torch.tensor(TEXTS)
    model(texts, labels=texts, use_cache=False).loss.backward()
    return {name: weight.grad.contiguous() for name, weight in model.named_parameters()}


main(pathlib.Path(sys.argv[1]))
