"""Makes testdata/search/generate.json: what transformers' generate() returns for a made-up model.

The model's logits are a hash of the sentence's number and all tokens so far, which TypeScript
computes too (packages/search/_hash_decoder.ts), so no weights have to be stored.

    python scripts/golden/search.py > testdata/search/generate.json
"""

import json
import random
import sys

import torch
import transformers
from transformers import GenerationConfig, GenerationMixin, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import CausalLMOutput

VOCAB, START, EOS = 24, 1, 0
MASK = 0xFFFFFFFF


def scramble(x):
    x = ((x ^ (x >> 16)) * 0x45D9F3B) & MASK
    x = ((x ^ (x >> 16)) * 0x45D9F3B) & MASK
    return x ^ (x >> 16)


def logits_after(sentence, ids, eos_bias):
    state = sentence
    for token in ids:
        state = scramble((state * 31 + token + 1) & MASK)
    # Multiples of 2 ** -17 in [-4, 4): exact in float32.
    row = [(scramble((state + token * 0x9E3779B1) & MASK) >> 12) / 131072 - 4 for token in range(VOCAB)]
    row[EOS] += eos_bias
    return row


class HashConfig(PretrainedConfig):
    model_type = "hash"

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.vocab_size, self.num_hidden_layers = VOCAB, 0


class HashModel(PreTrainedModel, GenerationMixin):
    config_class = HashConfig
    eos_bias = 0.0

    def __init__(self, config):
        super().__init__(config)
        self.unused = torch.nn.Parameter(torch.zeros(1))

    def prepare_inputs_for_generation(self, input_ids, sentence=None, **_):
        return {"input_ids": input_ids, "sentence": sentence}

    def forward(self, input_ids, sentence=None, **_):
        rows = zip(sentence.tolist(), input_ids.tolist())
        logits = torch.tensor([logits_after(s, ids, self.eos_bias) for s, ids in rows])
        return CausalLMOutput(logits=logits[:, None, :])


def random_case(rng, number):
    """Options by their Hugging Face names; TypeScript reads the same object."""
    beams = rng.choice([1, 2, 3, 4, 4, 4, 6])
    case = {
        "num_beams": beams,
        "max_new_tokens": rng.choice([1, 2, 5, 8, 12, 20]),
        "eos_bias": rng.choice([-3.0, -1.0, 0.0, 1.0, 3.0]),
        "sentences": [number * 10 + i for i in range(3)],
    }
    if beams > 1:
        case["num_return_sequences"] = rng.randint(1, beams)
        case["length_penalty"] = rng.choice([1.0, 1.0, 0.0, 0.6, 2.0, -0.5])
        case["early_stopping"] = rng.choice([False, False, True, "never"])
    for key, chance, values in [
        ("repetition_penalty", 0.3, [1.3, 0.8, 2.0]),
        ("no_repeat_ngram_size", 0.3, [1, 2, 3]),
        ("bad_words_ids", 0.3, [[[1]], [[5], [7], [9, 3]], [[2, 2], [4, 11, 6], [8]]]),
        ("min_new_tokens", 0.2, [1, 3]),
        ("forced_bos_token_id", 0.15, [6]),
        ("forced_eos_token_id", 0.5, [EOS]),
        ("prefix", 0.2, [[[3, 9], [], [4]]]),
    ]:
        if rng.random() < chance and not (key == "prefix" and "forced_bos_token_id" in case):
            case[key] = rng.choice(values)
    if "forced_bos_token_id" in case and case["max_new_tokens"] == 1:
        del case["forced_bos_token_id"]
    if case["max_new_tokens"] < 5:
        case.pop("min_new_tokens", None)
    if case.get("no_repeat_ngram_size") == 1:  # a vocabulary of 24 lasts for fewer than 20 tokens
        case["max_new_tokens"] = min(case["max_new_tokens"], 8)
    return case


def run(model, case):
    options = dict(case)
    sentences = torch.tensor(options.pop("sentences"))
    model.eos_bias = options.pop("eos_bias")
    prefix = options.pop("prefix", None)
    if prefix:

        def allowed(batch, ids):
            step = len(ids) - 1
            own = prefix[batch]
            return [own[step]] if step < len(own) else list(range(VOCAB))

        options["prefix_allowed_tokens_fn"] = allowed
    out = model.generate(
        torch.full((len(sentences), 1), START),
        sentence=sentences,
        do_sample=False,
        use_cache=False,
        eos_token_id=EOS,
        pad_token_id=EOS,
        return_dict_in_generate=True,
        output_scores=True,
        output_logits=True,
        **options,
    )
    scores = getattr(out, "sequences_scores", None)
    count = case.get("num_return_sequences", 1)
    expected = []
    for row, sequence in enumerate(out.sequences.tolist()):
        ids = sequence[1:]
        ids = ids[: ids.index(EOS) + 1] if EOS in ids else ids
        if scores is not None:
            score = scores[row].item()
        else:  # greedy search has no score: the model's log-probabilities, averaged
            terms = [torch.log_softmax(out.logits[i][row], -1)[t].item() for i, t in enumerate(ids)]
            score = sum(terms) / len(ids)
        expected.append({"ids": ids, "score": score})
    # Where fewer hypotheses exist than were asked for, generate() fills up with repeated ones at -1e9.
    groups = [expected[i : i + count] for i in range(0, len(expected), count)]
    return [[h for h in group if h["score"] > -1e6] for group in groups]


def main():
    transformers.logging.set_verbosity_error()
    rng = random.Random(20)
    model = HashModel(HashConfig()).eval()
    model.generation_config = GenerationConfig()
    cases = []
    for number in range(160):
        case = random_case(rng, number)
        case["expected"] = run(model, case)
        cases.append(case)
    # Whether a beam can still win is judged at its present length where length only lowers a score.
    for number in range(160, 176):
        case = {"num_beams": 2, "max_new_tokens": 20, "eos_bias": 2.0, "length_penalty": -0.2}
        case |= {"early_stopping": "never", "num_return_sequences": 2}
        case |= {"sentences": [number * 10 + i for i in range(3)]}
        case["expected"] = run(model, case)
        cases.append(case)
    program = f"transformers {transformers.__version__}, torch {torch.__version__.split('+')[0]}"
    head = json.dumps({"program": program, "vocabSize": VOCAB, "startTokenId": START, "eosTokenId": EOS})
    rows = ",\n".join(json.dumps(case) for case in cases)
    sys.stdout.write(f'{head[:-1]}, "cases": [\n{rows}\n]}}\n')


main()
