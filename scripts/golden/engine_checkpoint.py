"""What the programs that make testdata/engine share: random weights, saving, rounding.

Every value is computed in float64 from weights that float32 (or float16) holds exactly, so a
float32 implementation is compared with the exact answer. `both_precisions` runs each computation in
float32 as well and stops when the two drift apart.
"""

import copy
import json
import pathlib

import safetensors
import torch
import transformers

# How far float32 may be from float64, relative to the largest value of the same tensor.
FLOAT32_TOLERANCE = 2e-5


def randomize(model: torch.nn.Module, seed: int, std: float, dtype=torch.float32) -> None:
    """Draws every weight, norms and biases too, so that no term can be left out unnoticed.

    `dtype` rounds what is drawn: a float16 checkpoint then holds just what was computed with.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "embed_positions" in name:  # sinusoids, not in the checkpoint
                continue
            is_norm = "norm" in name.lower() or "ln_" in name
            if name.endswith("weight") and is_norm:
                mean, deviation = 1.0, 0.2
            elif name.endswith("bias"):
                mean, deviation = 0.0, 0.2
            else:
                mean, deviation = 0.0, std
            drawn = mean + deviation * torch.randn(weight.shape, generator=generator)
            weight.copy_(drawn.to(dtype))


def both_precisions(model, compute):
    """`compute(model)`, a tree of tensors, in float64; stops unless float32 gives the same."""
    exact = copy.deepcopy(model).double()
    with torch.no_grad():
        values, single = compute(exact), compute(model.float())
    drift = largest_drift(values, single)
    if drift > FLOAT32_TOLERANCE:
        raise SystemExit(f"float32 and float64 differ by {drift:.1e}; take another seed")
    return values


def largest_drift(exact, single) -> float:
    if isinstance(exact, dict):
        return max(largest_drift(exact[key], single[key]) for key in exact)
    if isinstance(exact, (list, tuple)):
        return max((largest_drift(a, b) for a, b in zip(exact, single, strict=True)), default=0.0)
    scale = max(1.0, exact.abs().max().item())
    return (exact - single.double()).abs().max().item() / scale


def check_padded(alone, padded) -> None:
    """Stops unless a sentence computed in a padded batch has the values that it has alone."""
    drift = largest_drift(alone, padded)
    if drift > 1e-10:
        raise SystemExit(f"padding changes a sentence by {drift:.1e}")


def numbers(tree):
    """Tensors as nested lists of seven significant digits, about what float32 holds."""
    if isinstance(tree, dict):
        return {key: numbers(value) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        return [numbers(value) for value in tree]
    if isinstance(tree, torch.Tensor):
        return numbers(tree.tolist())
    return float(f"{tree:.7g}") if isinstance(tree, float) else tree


def generated(model, prompts, cases: dict, defaults: dict, skip: int | None = None) -> dict:
    """Hypotheses of each case by transformers' generate(), one prompt at a time, best first.

    Both precisions must agree on every id, or the script stops: ids are decided by a margin, not by
    rounding. `skip`: how many ids to leave out at the start; by default those of the prompt.
    """
    exact = copy.deepcopy(model).double()
    model.float()

    def rows(of, options):
        return [hypotheses(of, prompt, {**defaults, **options}, skip) for prompt in prompts]

    result = {name: rows(exact, options) for name, options in cases.items()}
    for name, options in cases.items():
        for a, b in zip(result[name], rows(model, options), strict=True):
            if [h["ids"] for h in a] != [h["ids"] for h in b]:
                raise SystemExit(f"{name}: float32 and float64 disagree; take another seed")
    return result


def hypotheses(model, prompt: list[int], settings: dict, skip: int | None) -> list[dict]:
    output = model.generate(
        torch.tensor([prompt]),
        attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
        generation_config=transformers.GenerationConfig(
            **settings, return_dict_in_generate=True, output_scores=True
        ),
    )
    skip = len(prompt) if skip is None else skip
    if settings["num_beams"] > 1:
        scores = output.sequences_scores
    else:
        scores = model.compute_transition_scores(
            output.sequences, output.scores, normalize_logits=True
        ).sum(-1)
    pad = settings["pad_token_id"]
    return [
        {"ids": [token for token in ids[skip:] if token != pad], "score": score}
        for ids, score in zip(output.sequences.tolist(), scores.tolist())
    ]


def write(
    folder: pathlib.Path, seed: int, golden: dict, program: str = "scripts/golden/engine.py"
) -> None:
    """Writes golden.json, and the checkpoint's file with a mode that everyone can read."""
    made_with = {
        "program": program,
        "transformers": transformers.__version__,
        "torch": torch.__version__.split("+")[0],
        "safetensors": safetensors.__version__,
        "seed": seed,
    }
    values = json.dumps({"madeWith": made_with, **numbers(golden)}, separators=(",", ":"))
    (folder / "golden.json").write_text(values + "\n")
    (folder / "model.safetensors").chmod(0o644)
    print(folder.name, *(f"{f.name}: {f.stat().st_size}" for f in sorted(folder.iterdir())))
