"""Makes testdata/marian: tiny MarianMT checkpoints with golden values from transformers.

    python scripts/golden/marian.py testdata/marian

Needs transformers, torch and safetensors; the versions used are written into every golden.json.
Weights are drawn and briefly trained once in float32; every value is computed from them in float64, so that a
float32 implementation is compared with the exact answer and not with another rounding of it.
Generation runs in both precisions and must agree, or the script stops: the ids in the files are
decided by a margin, not by rounding.
"""

import copy
import json
import pathlib
import re
import sys

import safetensors
import torch
import transformers
from transformers import GenerationConfig, MarianConfig, MarianMTModel

PAD, EOS, VOCAB = 96, 0, 97
TRAINING_STEPS = 1000
INIT_STD = 0.25
WAY_CHANCES = torch.tensor([0.4, 0.3, 0.2, 0.1])
MAX_LENGTH = 20  # counts the start token, so 19 new ones

MODELS = {
    "relu": {"seed": 11, "activation_function": "relu"},
    "swish": {"seed": 4, "activation_function": "swish"},
}

# Three sources of different lengths, padded on the right; the last is nothing but </s>.
INPUT_IDS = [
    [17, 5, 42, 88, 9, 63, EOS],
    [71, 3, 29, EOS, PAD, PAD, PAD],
    [EOS, PAD, PAD, PAD, PAD, PAD, PAD],
]
LABELS = [
    [34, 12, 77, 50, EOS],
    [8, 91, EOS, -100, -100],
    [25, EOS, -100, -100, -100],
]

GENERATION_CASES = {
    "greedy": {"num_beams": 1},
    "greedyNoRepeatBigram": {"num_beams": 1, "no_repeat_ngram_size": 2},
    "greedyRepetitionPenalty": {"num_beams": 1, "repetition_penalty": 1.3},
    "beam4": {"num_beams": 4},
    "beam4AllBeams": {"num_beams": 4, "num_return_sequences": 4},
    "beam4LengthPenalty0.6": {"num_beams": 4, "num_return_sequences": 4, "length_penalty": 0.6},
    "beam4LengthPenalty2": {"num_beams": 4, "num_return_sequences": 4, "length_penalty": 2.0},
    "beam4EarlyStopping": {"num_beams": 4, "num_return_sequences": 4, "early_stopping": True},
    "beam4NoRepeatBigram": {"num_beams": 4, "num_return_sequences": 4, "no_repeat_ngram_size": 2},
    "beam4Short": {"num_beams": 4, "num_return_sequences": 4, "max_length": 6},
}

GRADIENTS = [
    "model.shared.weight",
    "model.encoder.layers.0.self_attn.q_proj.weight",
    "model.encoder.layers.1.fc1.bias",
    "model.encoder.layers.1.final_layer_norm.weight",
    "model.decoder.layers.0.self_attn.k_proj.weight",
    "model.decoder.layers.0.encoder_attn.v_proj.weight",
    "model.decoder.layers.1.encoder_attn.out_proj.bias",
    "model.decoder.layers.1.final_layer_norm.bias",
]


def config_for(activation: str) -> MarianConfig:
    return MarianConfig(
        vocab_size=VOCAB,
        d_model=16,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_layers=2,
        decoder_layers=2,
        max_position_embeddings=64,
        activation_function=activation,
        scale_embedding=True,
        dropout=0.1,
        static_position_embeddings=True,
        pad_token_id=PAD,
        eos_token_id=EOS,
        decoder_start_token_id=PAD,
        forced_eos_token_id=EOS,
    )


def small_model(seed: int, activation_function: str) -> MarianMTModel:
    """A random model, trained for a moment so that it does not repeat one token for ever.

    Norms and biases are random too, so that no term can be left out unnoticed.
    """
    torch.manual_seed(seed)  # for dropout while training
    model = MarianMTModel(config_for(activation_function))
    generator = torch.Generator().manual_seed(seed)

    def normal_(tensor, mean, std):
        tensor.copy_(mean + std * torch.randn(tensor.shape, generator=generator))

    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "embed_positions" in name:
                continue
            if "layer_norm.weight" in name:
                normal_(weight, 1.0, 0.2)
            elif name.endswith("bias"):
                normal_(weight, 0.0, 0.2)
            else:
                normal_(weight, 0.0, INIT_STD)
        normal_(model.final_logits_bias, 0.0, 0.5)
    train(model, generator)
    model.eval()
    model.generation_config = GenerationConfig(
        max_length=MAX_LENGTH,
        num_beams=4,
        bad_words_ids=[[PAD]],
        pad_token_id=PAD,
        eos_token_id=EOS,
        decoder_start_token_id=PAD,
        forced_eos_token_id=EOS,
    )
    return model


def train(model: MarianMTModel, generator: torch.Generator) -> None:
    """Target: a walk over the ids with four ways on from each, begun at the source's first id."""
    ways = torch.randint(1, PAD, (VOCAB, 4), generator=generator)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    length = 14
    for _ in range(TRAINING_STEPS):
        source = torch.randint(1, PAD, (64, 8), generator=generator)
        walk = [source[:, 0]]
        for _ in range(length - 1):
            choice = torch.multinomial(WAY_CHANCES.expand(64, 4), 1, generator=generator)[:, 0]
            walk.append(ways[walk[-1], choice])
        walk = torch.stack(walk, dim=1)
        # A walk ends after its first id divisible by 8.
        target_end = (walk % 8 == 0).long().cumsum(1).eq(0).sum(1, keepdim=True) + 1
        source_end = torch.randint(1, 8, (64, 1), generator=generator)
        source = ended(source, source_end, PAD)
        labels = ended(walk, target_end, -100)
        loss = model(input_ids=source, attention_mask=(source != PAD).long(), labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"training loss {loss.item():.3f}")


def ended(rows: torch.Tensor, end: torch.Tensor, filler: int) -> torch.Tensor:
    """Rows with </s> at `end` and filler after it."""
    column = torch.arange(rows.shape[1])
    return rows.masked_fill(column == end, EOS).masked_fill(column > end, filler)


def numbers(tensor: torch.Tensor):
    """A tensor as nested lists of eight significant digits: more than float32 holds."""
    if tensor.dim() == 0:
        return float(f"{tensor.item():.8g}")
    return [numbers(row) for row in tensor.detach()]


def generate(model: MarianMTModel, options: dict) -> list[list[dict]]:
    """Hypotheses per sentence, best first: ids without the start token and padding."""
    inputs = torch.tensor(INPUT_IDS)
    settings = {**model.generation_config.to_diff_dict(), "length_penalty": 1.0, **options}
    returned = settings.get("num_return_sequences", 1)
    output = model.generate(
        inputs,
        attention_mask=(inputs != PAD).long(),
        generation_config=GenerationConfig(
            **settings, return_dict_in_generate=True, output_scores=True
        ),
    )
    if settings["num_beams"] > 1:
        scores = output.sequences_scores
    else:
        steps = model.compute_transition_scores(
            output.sequences, output.scores, normalize_logits=True
        )
        scores = steps.masked_fill(output.sequences[:, 1:] == PAD, 0).sum(-1)
    hypotheses = [
        {"ids": [i for i in ids[1:] if i != PAD], "score": numbers(score)}
        for ids, score in zip(output.sequences.tolist(), scores)
    ]
    return [hypotheses[i : i + returned] for i in range(0, len(hypotheses), returned)]


def camel_case(options: dict) -> dict:
    """The options as they are called in the packages; max_length counts the start token."""
    options = dict(options)
    options["max_new_tokens"] = options.pop("max_length", MAX_LENGTH) - 1
    return {re.sub("_(.)", lambda m: m[1].upper(), key): value for key, value in options.items()}


def ids_of(cases: dict) -> dict:
    return {k: [[h["ids"] for h in row] for row in rows] for k, rows in cases.items()}


def golden_values(model: MarianMTModel) -> dict:
    exact = copy.deepcopy(model).double()
    exact.set_attn_implementation("eager")  # the only one that returns attention weights
    inputs, labels = torch.tensor(INPUT_IDS), torch.tensor(LABELS)
    mask = (inputs != PAD).long()
    decoder_inputs = exact.prepare_decoder_input_ids_from_labels(labels)
    output = exact(
        input_ids=inputs,
        attention_mask=mask,
        decoder_input_ids=decoder_inputs,
        labels=labels,
        output_hidden_states=True,
        output_attentions=True,
    )
    gradients = {}
    output.loss.backward()
    for name in GRADIENTS:
        gradients[name] = numbers(exact.get_parameter(name).grad)
    smoothed = torch.nn.functional.cross_entropy(
        output.logits.detach().view(-1, VOCAB), labels.view(-1), label_smoothing=0.1
    )
    exact.zero_grad()
    generated = {}
    for name, options in GENERATION_CASES.items():
        generated[name] = generate(exact, options)
        single = generate(model, options)
        if ids_of({name: single}) != ids_of({name: generated[name]}):
            raise SystemExit(f"{name}: float32 and float64 disagree; take another seed")
    return {
        "inputIds": INPUT_IDS,
        "attentionMask": mask.tolist(),
        "labels": LABELS,
        "decoderInputIds": decoder_inputs.tolist(),
        # [layers + 1][batch][source][hidden]; the first is the embedding with its position.
        "encoderHiddenStates": [numbers(h) for h in output.encoder_hidden_states],
        # [layers + 1][batch][target][hidden]
        "decoderHiddenStates": [numbers(h) for h in output.decoder_hidden_states],
        # [layers][batch][heads][target][source]
        "crossAttentions": [numbers(a) for a in output.cross_attentions],
        # [batch][target][vocab]
        "logits": numbers(output.logits),
        "loss": numbers(output.loss),
        "lossWithLabelSmoothing0.1": numbers(smoothed),
        "gradients": gradients,
        "generation": {
            name: {"options": camel_case(GENERATION_CASES[name]), "hypotheses": rows}
            for name, rows in generated.items()
        },
    }


def main() -> None:
    root = pathlib.Path(sys.argv[1])
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    for name, options in MODELS.items():
        model = small_model(**options)
        folder = root / name
        model.save_pretrained(folder)
        made_with = {
            "program": "scripts/golden/marian.py",
            "transformers": transformers.__version__,
            "torch": torch.__version__.split("+")[0],
            "safetensors": safetensors.__version__,
            "seed": options["seed"],
        }
        values = json.dumps({"madeWith": made_with, **golden_values(model)}, separators=(",", ":"))
        (folder / "golden.json").write_text(values + "\n")
        print(name, *(f"{f.name}: {f.stat().st_size}" for f in sorted(folder.iterdir())))


if __name__ == "__main__":
    main()
