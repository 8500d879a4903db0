"""Makes testdata/rnn: recurrent layers, alignments and tiny encoder-decoders with PyTorch's values.

    python scripts/golden/rnn.py testdata/rnn

Needs torch and safetensors; the versions used are written into every file. Weights have five digits, and
every value is computed from them in float64, so that a float32 implementation is compared with the exact
answer and not with another rounding of it.
"""

import json
import pathlib
import sys

import safetensors
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

VERSIONS = {"torch": torch.__version__.split("+")[0], "safetensors": safetensors.__version__}
GENERATOR = torch.Generator().manual_seed(7)


def draw(*shape, scale=0.6):
    """Normal numbers of five digits, so that the files stay short."""
    values = torch.randn(*shape, generator=GENERATOR) * scale
    return (values.double() * 1e5).round().div(1e5)


def numbers(tensor: torch.Tensor):
    """A tensor as nested lists of eight significant digits."""
    if tensor.dim() == 0:
        return float(f"{tensor.item():.8g}")
    return [numbers(row) for row in tensor.detach()]


def record(inputs: dict, outputs: dict) -> dict:
    """Inputs, outputs, and the gradients of the outputs' sum weighted by random numbers."""
    weights = {name: draw(*value.shape) for name, value in outputs.items()}
    sum((outputs[name] * weights[name]).sum() for name in outputs).backward()
    return {
        "inputs": {name: numbers(value) for name, value in inputs.items()},
        "outputs": {name: numbers(value) for name, value in outputs.items()},
        "outputGradients": {name: numbers(value) for name, value in weights.items()},
        "gradients": {
            name: numbers(value.grad) for name, value in inputs.items() if value.requires_grad
        },
    }


def leaf(*shape, scale=0.6):
    return draw(*shape, scale=scale).requires_grad_()


def cell_case(kind: str) -> dict:
    batch, in_size, hidden = 3, 4, 5
    cell = {"gru": nn.GRUCell, "lstm": nn.LSTMCell}[kind](in_size, hidden).double()
    for parameter in cell.parameters():
        parameter.data = draw(*parameter.shape)
    x, h = leaf(batch, in_size), leaf(batch, hidden)
    inputs = {"x": x, "h": h, **dict(cell.named_parameters())}
    if kind == "gru":
        return record(inputs, {"h": cell(x, h)})
    inputs["c"] = leaf(batch, hidden)
    h1, c1 = cell(x, (h, inputs["c"]))
    return record(inputs, {"h": h1, "c": c1})


def bidirectional_case(kind: str) -> dict:
    lengths, in_size, hidden = [5, 2, 1, 4], 3, 4
    layer = {"gru": nn.GRU, "lstm": nn.LSTM}[kind](
        in_size, hidden, batch_first=True, bidirectional=True
    ).double()
    for parameter in layer.parameters():
        parameter.data = draw(*parameter.shape)
    x = leaf(len(lengths), max(lengths), in_size)
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    output, state = layer(packed)
    padded, _ = pad_packed_sequence(output, batch_first=True)
    final = state if kind == "gru" else state[0]
    outputs = {"output": padded, "final": final}
    if kind == "lstm":
        outputs["finalCell"] = state[1]
    inputs = {"x": x, **dict(layer.named_parameters())}
    return {"lengths": lengths, **record(inputs, outputs)}


def mask_of(lengths: list[int]) -> torch.Tensor:
    return (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).double()


def align(scores, states, mask):
    weights = scores.masked_fill(mask[:, None, :] == 0, -torch.inf).softmax(-1)
    return weights @ states, weights


def attention_case(kind: str) -> dict:
    lengths, q_len, query_width, state_width, size = [4, 2, 1], 2, 5, 6, 3
    if kind == "dot":
        state_width = query_width
    query = leaf(len(lengths), q_len, query_width)
    states = leaf(len(lengths), max(lengths), state_width)
    inputs = {"query": query, "states": states}
    if kind == "additive":
        inputs.update(
            W=leaf(size, query_width), U=leaf(size, state_width), v=leaf(size, scale=1.0)
        )
        sums = F.linear(query, inputs["W"])[:, :, None] + F.linear(states, inputs["U"])[:, None]
        scores = sums.tanh() @ inputs["v"]
    elif kind == "general":
        inputs["W"] = leaf(query_width, state_width)
        scores = query @ F.linear(states, inputs["W"]).transpose(1, 2)
    else:
        scores = query @ states.transpose(1, 2)
    context, weights = align(scores, states, mask_of(lengths))
    case = record(inputs, {"context": context})
    return {"lengths": lengths, "weights": numbers(weights), **case}


# Whole models: names and layout of packages/seq2seq/rnn/weights.ts.
PAD, EOS, VOCAB = 12, 0, 13
INPUT_IDS = [[5, 3, 9, 2, EOS], [7, 1, EOS], [EOS]]
LABELS = [[4, 8, EOS], [6, 6, 2, EOS], [11, EOS]]
SIZES = {"embedding_size": 4, "encoder_hidden_size": 3, "decoder_hidden_size": 6}
MODELS = {
    "additive": {"architecture": "rnnsearch", "cell": "gru", "attention_score": "additive"},
    "dot": {"architecture": "rnnsearch", "cell": "gru", "attention_score": "dot"},
    "general": {"architecture": "rnnsearch", "cell": "gru", "attention_score": "general"},
    "encdec_gru": {"architecture": "rnnencdec", "cell": "gru", "attention_score": "additive"},
    "encdec_lstm": {"architecture": "rnnencdec", "cell": "lstm", "attention_score": "additive"},
}


def config_of(model: dict, layers: int) -> dict:
    return {
        "model_type": "heed-rnn",
        "is_encoder_decoder": True,
        **model,
        "vocab_size": VOCAB,
        **SIZES,
        "attention_size": 5,
        "encoder_layers": layers,
        "decoder_layers": layers,
        "max_position_embeddings": 16,
        "num_beams": 4,
        "dropout": 0.1,
        "pad_token_id": PAD,
        "eos_token_id": EOS,
        "decoder_start_token_id": PAD,
        "forced_eos_token_id": EOS,
        "banned_token_ids": [PAD],
    }


def model_weights(config: dict) -> dict:
    embedding, width = config["embedding_size"], config["encoder_hidden_size"]
    hidden, context = config["decoder_hidden_size"], 2 * width
    units = 3 if config["cell"] == "gru" else 4
    shapes = {"shared.weight": (VOCAB, embedding), "final_logits_bias": (VOCAB,)}

    def cell(name, in_size, size):
        shapes[f"{name}.weight_ih"] = (units * size, in_size)
        shapes[f"{name}.weight_hh"] = (units * size, size)
        shapes[f"{name}.bias_ih"] = shapes[f"{name}.bias_hh"] = (units * size,)

    for layer in range(config["encoder_layers"]):
        for direction in ("forward", "backward"):
            cell(f"encoder.layers.{layer}.{direction}", embedding if layer == 0 else context, width)
    attends = config["architecture"] == "rnnsearch"
    for layer in range(config["decoder_layers"]):
        shapes[f"decoder.bridges.{layer}.weight"] = (hidden, width if attends else context)
        shapes[f"decoder.bridges.{layer}.bias"] = (hidden,)
        cell(f"decoder.layers.{layer}", embedding + context if layer == 0 else hidden, hidden)
    if attends and config["attention_score"] == "additive":
        size = config["attention_size"]
        shapes["attention.key.weight"] = (size, context)
        shapes["attention.query.weight"] = (size, hidden)
        shapes["attention.v"] = (size,)
    elif attends and config["attention_score"] == "general":
        shapes["attention.key.weight"] = (hidden, context)
    shapes["output.weight"] = (2 * embedding, hidden + context + embedding)
    shapes["output.bias"] = (2 * embedding,)
    return {name: leaf(*shape) for name, shape in shapes.items()}


def step(cell: str, w: dict, name: str, x, state: list) -> list:
    """One step of PyTorch's own cells with weights by name."""
    parameters = [w[f"{name}.{part}"] for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    if cell == "gru":
        return [torch.gru_cell(x, state[0], *parameters)]
    return list(torch.lstm_cell(x, state, *parameters))


def encode_layer(config: dict, w: dict, name: str, x, lengths):
    """nn.GRU or nn.LSTM on the packed batch, with our weights swapped in."""
    kind = {"gru": nn.GRU, "lstm": nn.LSTM}[config["cell"]]
    layer = kind(x.shape[-1], config["encoder_hidden_size"], batch_first=True, bidirectional=True)
    parameters = {
        f"{part}_l0{suffix}": w[f"{name}.{direction}.{part}"]
        for direction, suffix in (("forward", ""), ("backward", "_reverse"))
        for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    }
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    output, state = torch.func.functional_call(layer.double(), parameters, (packed,))
    final = state if config["cell"] == "gru" else state[0]
    return pad_packed_sequence(output, batch_first=True)[0], final


def model_case(config: dict, w: dict) -> dict:
    scale = config["embedding_size"] ** 0.5
    attends = config["architecture"] == "rnnsearch"
    lengths = [len(row) for row in INPUT_IDS]
    longest = max(map(len, LABELS))
    source = torch.tensor([row + [PAD] * (max(lengths) - len(row)) for row in INPUT_IDS])
    labels = torch.tensor([row + [-100] * (longest - len(row)) for row in LABELS])
    shifted = [[PAD, *row[:-1]] for row in LABELS]
    target = torch.tensor([row + [PAD] * (longest - len(row)) for row in shifted])
    mask = mask_of(lengths)

    states = w["shared.weight"][source] * scale
    for layer in range(config["encoder_layers"]):
        states, final = encode_layer(config, w, f"encoder.layers.{layer}", states, lengths)
    end = final[1] if attends else torch.cat([final[0], final[1]], -1)
    carried = []
    for layer in range(config["decoder_layers"]):
        name = f"decoder.bridges.{layer}"
        h = F.linear(end, w[f"{name}.weight"], w[f"{name}.bias"]).tanh()
        carried.append([h] if config["cell"] == "gru" else [h, torch.zeros_like(h)])
    keys = states
    if "attention.key.weight" in w:
        keys = F.linear(states, w["attention.key.weight"])
    logits, attention = [], []
    for i in range(target.shape[1]):
        embedded = w["shared.weight"][target[:, i]] * scale
        context = end
        if attends:
            s = carried[0][0]
            if "attention.v" in w:
                asked = F.linear(s, w["attention.query.weight"])
                scores = (asked[:, None] + keys).tanh() @ w["attention.v"]
            else:
                scores = (keys @ s[:, :, None]).squeeze(-1)
            context, weights = align(scores[:, None], states, mask)
            context = context.squeeze(1)
            attention.append(weights.squeeze(1))
        x = torch.cat([embedded, context], -1)
        for layer in range(config["decoder_layers"]):
            carried[layer] = step(
                config["cell"], w, f"decoder.layers.{layer}", x, carried[layer]
            )
            x = carried[layer][0]
        deep = F.linear(torch.cat([x, context, embedded], -1), w["output.weight"], w["output.bias"])
        left, right = deep.chunk(2, -1)
        t = torch.maximum(left, right)
        logits.append(F.linear(t, w["shared.weight"], w["final_logits_bias"]))
    logits = torch.stack(logits, 1)
    flat = (logits.view(-1, VOCAB), labels.view(-1))
    loss = F.cross_entropy(*flat, reduction="sum")
    smoothed = F.cross_entropy(*flat, reduction="sum", label_smoothing=0.1)
    loss.backward()
    return {
        "inputIds": INPUT_IDS,
        "labels": LABELS,
        "encoderStates": numbers(states),
        "logits": numbers(logits),
        **({"attention": numbers(torch.stack(attention, 1))} if attends else {}),
        "lossSum": numbers(loss),
        "lossSumWithLabelSmoothing0.1": numbers(smoothed),
        "gradients": {name: numbers(value.grad) for name, value in w.items()},
    }


def write(path: pathlib.Path, value: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"versions": VERSIONS, **value}, separators=(",", ":")) + "\n")


def main() -> None:
    torch.set_num_threads(1)
    folder = pathlib.Path(sys.argv[1])
    cells = {f"{kind}Cell": cell_case(kind) for kind in ("gru", "lstm")}
    layers = {kind: bidirectional_case(kind) for kind in ("gru", "lstm")}
    write(folder / "layers.json", {**cells, **layers})
    write(
        folder / "attention.json",
        {kind: attention_case(kind) for kind in ("additive", "dot", "general")},
    )
    for name, model in MODELS.items():
        config = config_of(model, layers=2 if name in ("additive", "encdec_lstm") else 1)
        w = model_weights(config)
        write(folder / name / "golden.json", model_case(config, w))
        (folder / name / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        save_file(
            {key: value.detach().float() for key, value in w.items()},
            folder / name / "model.safetensors",
        )


main()
