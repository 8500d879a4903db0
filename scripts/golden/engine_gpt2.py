"""Makes testdata/engine/gpt2; run by engine.py."""

import pathlib

import torch
from transformers import GenerationConfig, GPT2Config, GPT2LMHeadModel

from engine_checkpoint import both_precisions, generated, randomize, write

EOS, VOCAB = 0, 83
WAY_CHANCES = torch.tensor([0.4, 0.3, 0.2, 0.1])
TRAINING_STEPS = 300

INPUT_IDS = [
    [17, 5, 42, 79, 9, 63, 21],
    [71, 3, 29],
    [8],
    [34, 12, 77, 50, 66, 14, 31, 2, 60, 45, 28],
]

GENERATION_CASES = {
    "greedy": {"num_beams": 1},
    "beam4": {"num_beams": 4},
    "beam4AllBeams": {"num_beams": 4, "num_return_sequences": 4},
    "beam4LengthPenalty0.6": {"num_beams": 4, "num_return_sequences": 4, "length_penalty": 0.6},
}
MAX_NEW_TOKENS = 14


def gpt2(root: pathlib.Path, seed: int = 23) -> None:
    config = GPT2Config(
        vocab_size=VOCAB,
        n_positions=40,
        n_embd=40,
        n_layer=2,
        n_head=4,
        n_inner=72,
        activation_function="gelu_new",
        bos_token_id=EOS,
        eos_token_id=EOS,
        attn_implementation="eager",  # the only one that returns attention weights
    )
    torch.manual_seed(seed)  # for dropout while training
    model = GPT2LMHeadModel(config)
    randomize(model, seed, std=0.2)
    train(model, torch.Generator().manual_seed(seed))
    model.eval()
    model.generation_config = GenerationConfig(bos_token_id=EOS, eos_token_id=EOS)
    folder = root / "gpt2"
    model.save_pretrained(folder)
    defaults = {
        "max_new_tokens": MAX_NEW_TOKENS,
        "eos_token_id": EOS,
        "pad_token_id": -1,  # one sentence at a time: nothing is padded with a token of the model
    }
    cases = generated(model, INPUT_IDS, GENERATION_CASES, defaults)
    golden = {
        "inputIds": INPUT_IDS,
        **both_precisions(model, values),
        "generation": {
            name: {"options": options_of(name), "hypotheses": rows} for name, rows in cases.items()
        },
    }
    write(folder, seed, golden)


def values(model: GPT2LMHeadModel) -> dict:
    options = {"output_hidden_states": True, "output_attentions": True}
    outputs = [model(torch.tensor([ids]), **options) for ids in INPUT_IDS]
    layers = range(len(outputs[0].hidden_states))
    return {
        "hiddenStates": [[o.hidden_states[layer][0] for o in outputs] for layer in layers],
        "attentions": [[o.attentions[layer][0] for o in outputs] for layer in layers[:-1]],
        "logits": [o.logits[0] for o in outputs],
    }


def options_of(case: str) -> dict:
    """The options as the packages call them."""
    names = {
        "num_beams": "numBeams",
        "num_return_sequences": "numReturnSequences",
        "length_penalty": "lengthPenalty",
    }
    renamed = {names[key]: value for key, value in GENERATION_CASES[case].items()}
    return {**renamed, "maxNewTokens": MAX_NEW_TOKENS}


def train(model: GPT2LMHeadModel, generator: torch.Generator) -> None:
    """Teaches it to walk over the ids, with four ways on from each, until one divisible by 8."""
    ways = torch.randint(1, VOCAB, (VOCAB, 4), generator=generator)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    length = 16
    column = torch.arange(length)
    for _ in range(TRAINING_STEPS):
        walk = [torch.randint(1, VOCAB, (64,), generator=generator)]
        for _ in range(length - 1):
            choice = torch.multinomial(WAY_CHANCES.expand(64, 4), 1, generator=generator)[:, 0]
            walk.append(ways[walk[-1], choice])
        walk = torch.stack(walk, dim=1)
        end = (walk % 8 == 0).long().cumsum(1).eq(0).sum(1, keepdim=True) + 1
        rows = walk.masked_fill(column == end, EOS)
        labels = rows.masked_fill(column > end, -100)
        loss = model(rows, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"gpt2: training loss {loss.item():.3f}")
