"""Makes testdata/search/sampling.json: what transformers' logits processors make of fixed logits.

Which processors there are, and in which order, is decided by transformers too, from the options by their names. The
logits are multiples of 2 ** -17, which float32 holds exactly; they are a hash that TypeScript computes too
(packages/search/sampling_golden_test.ts), so only results are stored.

    python scripts/golden/sampling.py > testdata/search/sampling.json
"""

import json
import math
import random
import sys

import torch
import transformers
from transformers import GenerationConfig, GenerationMixin, PretrainedConfig, PreTrainedModel

EOS = 0
MASK = 0xFFFFFFFF


def scramble(x):
    x = ((x ^ (x >> 16)) * 0x45D9F3B) & MASK
    x = ((x ^ (x >> 16)) * 0x45D9F3B) & MASK
    return x ^ (x >> 16)


def logits_of(case):
    """Values in [-4, 4), the wider the spread the more certain the model."""
    row = [(scramble((case["hash"] + i * 0x9E3779B1) & MASK) >> 12) / 131072 - 4 for i in range(case["vocab"])]
    return torch.tensor([row]) * case["spread"]


class Config(PretrainedConfig):
    model_type = "fixed"


class Model(PreTrainedModel, GenerationMixin):
    config_class = Config

    def __init__(self, config):
        super().__init__(config)
        self.unused = torch.nn.Parameter(torch.zeros(1))


OPTIONS = [
    ("temperature", [0.3, 0.7, 1.0, 1.5, 3.0]),
    ("top_k", [1, 3, 10, 50, 1000]),
    ("top_p", [0.05, 0.5, 0.9, 0.99]),
    ("min_p", [0.02, 0.1, 0.5]),
    ("typical_p", [0.1, 0.5, 0.95]),
    ("repetition_penalty", [0.8, 1.3, 2.0]),
    ("no_repeat_ngram_size", [1, 2, 3]),
    ("bad_words_ids", [[[1]], [[5], [7], [9, 3]], [[2, 2], [4, 11, 6], [8]], [[3, 4], [4]]]),
    ("min_new_tokens", [1, 3]),
]


def random_case(rng, number):
    vocab = rng.choice([24, 24, 24, 400])
    prompt = [rng.randrange(1, 12) for _ in range(rng.randint(1, 6))]
    generated = [rng.randrange(1, 12) for _ in range(rng.randint(0, 8))]
    case = {"hash": number * 7919 + 1, "vocab": vocab, "spread": rng.choice([0.25, 0.5, 1, 2])}
    case |= {"prompt": prompt, "generated": generated}
    if number < len(OPTIONS) * 6:  # each alone, in turn
        key, values = OPTIONS[number % len(OPTIONS)]
        case[key] = rng.choice(values)
    else:
        for key, values in OPTIONS:
            if rng.random() < 0.35:
                case[key] = rng.choice(values)
    return case


def processed(model, case):
    names = [key for key, _ in OPTIONS]
    options = {key: case[key] for key in names if key in case}
    config = GenerationConfig(do_sample=True, eos_token_id=EOS, pad_token_id=EOS, max_new_tokens=50, **{"top_k": 0, **options})
    config.max_length = len(case["prompt"]) + 50
    model._prepare_special_tokens(config, device="cpu")
    processors = model._get_logits_processor(config, input_ids_seq_length=len(case["prompt"]), device="cpu")
    return processors(torch.tensor([case["prompt"] + case["generated"]]), logits_of(case))[0].tolist()


def is_fragile(model, case):
    """Whether the last digits of float32 decide which tokens stay."""
    for key, step in [("top_p", 1e-5), ("min_p", 1e-5), ("typical_p", 1e-5)]:
        if key in case:
            kept = {
                tuple(math.isinf(x) for x in processed(model, case | {key: case[key] + by}))
                for by in [-step, 0, step]
            }
            if len(kept) > 1:
                return True
    return False


def main():
    transformers.logging.set_verbosity_error()
    rng = random.Random(12)
    model = Model(Config()).eval()
    cases = []
    number = 0
    while len(cases) < 200:
        case = random_case(rng, number)
        number += 1
        if is_fragile(model, case):
            continue
        scores = processed(model, case)
        if all(math.isinf(x) for x in scores):
            continue
        # The tokens that stay, and their scores.
        case["kept"] = {str(i): float(f"{x:.7g}") for i, x in enumerate(scores) if not math.isinf(x)}
        if len(case["kept"]) > 60:  # a few of many: the first, the last and how many
            items = list(case["kept"].items())
            case["count"], case["kept"] = len(items), dict(items[:10] + items[-10:])
        cases.append(case)
    program = f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}"
    head = json.dumps({"program": program, "eosTokenId": EOS})
    rows = ",\n".join(json.dumps(case) for case in cases)
    sys.stdout.write(f'{head[:-1]}, "cases": [\n{rows}\n]}}\n')


main()
