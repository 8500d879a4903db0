"""Makes testdata/bert: tiny encoders of three families with each of their heads, and what transformers computes.

    python scripts/golden/bert.py testdata/bert [bert distilbert roberta]

Needs transformers, torch and safetensors; the versions used are written into every golden.json.
"""

import pathlib
import sys

import torch
import transformers

from engine_checkpoint import both_precisions, check_padded, randomize, write

SIZES = {"vocab_size": 37, "pad_token_id": 1}
BERT = {
    **SIZES,
    "hidden_size": 20,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 24,
    "max_position_embeddings": 14,
    "type_vocab_size": 2,
}
DISTILBERT = {
    **SIZES,
    "dim": 20,
    "n_layers": 2,
    "n_heads": 2,
    "hidden_dim": 24,
    "max_position_embeddings": 14,
}
FAMILIES = {
    "bert": ("Bert", transformers.BertConfig(**BERT, hidden_act="gelu")),
    "distilbert": ("DistilBert", transformers.DistilBertConfig(**DISTILBERT)),
    # Positions begin at 2, after the row of padding.
    "roberta": ("Roberta", transformers.RobertaConfig(**BERT, layer_norm_eps=1e-5)),
}
HEADS = {
    "masked-lm": "ForMaskedLM",
    "next-sentence": "ForNextSentencePrediction",
    "pre-training": "ForPreTraining",
    "sequence-classification": "ForSequenceClassification",
    "token-classification": "ForTokenClassification",
    "question-answering": "ForQuestionAnswering",
}
# One of a single token; none holds the id of padding.
SENTENCES = [[0, 17, 5, 3, 36, 9, 2, 23, 14, 31, 30, 2], [0, 11, 3, 29, 2], [4]]
LABELS = {0: "cold", 1: "mild", 2: "warm"}


def main() -> None:
    root, *names = sys.argv[1:]
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    for seed, name in enumerate(FAMILIES, start=41):
        if not names or name in names:
            make_family(pathlib.Path(root) / name, seed, *FAMILIES[name])


def make_family(root: pathlib.Path, seed: int, prefix: str, config) -> None:
    config._attn_implementation = "eager"  # the only one that returns attention weights
    for head, ending in {"model": "Model", **HEADS}.items():
        kind = getattr(transformers, prefix + ending, None)
        if kind is None:
            continue
        options = {"id2label": LABELS} if head.endswith("classification") else {}
        config.id2label = options.get("id2label", {0: "LABEL_0", 1: "LABEL_1"})
        model = kind(config).eval()
        randomize(model, seed, std=0.2)
        folder = root / head
        folder.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(folder)
        compute = encoder_values if head == "model" else head_values
        golden = both_precisions(model, compute)
        if head == "model":
            check_padded(golden["hiddenStates"][-1], padded_states(model))
        elif prefix == "Bert":
            golden["gradients"] = gradients(model, head)
        values = {"inputIds": SENTENCES, **golden}
        write(folder, seed, values, program="scripts/golden/bert.py")


def encoder_values(model) -> dict:
    """Embeddings and the states of each layer, attention, and the pooler where there is one."""
    options = {"output_hidden_states": True, "output_attentions": True}
    outputs = [model(torch.tensor([ids]), **options) for ids in SENTENCES]
    layers = range(len(outputs[0].hidden_states))
    values = {
        "hiddenStates": [[o.hidden_states[layer][0] for o in outputs] for layer in layers],
        "attentions": [[o.attentions[layer][0] for o in outputs] for layer in layers[:-1]],
    }
    if getattr(outputs[0], "pooler_output", None) is not None:
        values["poolerOutput"] = [o.pooler_output[0] for o in outputs]
    return values


def padded_states(model) -> list:
    length = max(map(len, SENTENCES))
    ids = torch.tensor([row + [1] * (length - len(row)) for row in SENTENCES])
    mask = torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in SENTENCES])
    with torch.no_grad():
        states = model.double()(ids, attention_mask=mask)[0]
    model.float()
    return [row[: len(ids)] for row, ids in zip(states, SENTENCES, strict=True)]


def head_values(model) -> dict:
    """The logits of each sentence; of question answering start and end of each token."""
    logits, follows = [], []
    for ids in SENTENCES:
        output = model(torch.tensor([ids]))
        if hasattr(output, "prediction_logits"):
            logits.append(output.prediction_logits[0])
            follows.append(output.seq_relationship_logits[0])
            continue
        spans = hasattr(output, "start_logits")
        logits.append(
            torch.stack([output.start_logits[0], output.end_logits[0]], -1)
            if spans
            else output.logits[0]
        )
    return {"logits": logits, "nextSentence": follows} if follows else {"logits": logits}


def gradients(model, head: str) -> dict:
    """Mean loss over the first two sentences, and its gradient for some weights."""
    model = model.double()
    ids = [SENTENCES[0], SENTENCES[1] + [1] * 7]
    mask = torch.tensor([[1] * 12, [1] * 5 + [0] * 7])
    hidden = [-100] * 12
    labels = {
        "masked-lm": {"labels": [[-100, 17, -100, 8, *hidden[4:]], [-100, 11, 22, *hidden[3:]]]},
        "next-sentence": {"labels": [0, 1]},
        "pre-training": {
            "labels": [[-100, 17, -100, 8, *hidden[4:]], [-100, 11, 22, *hidden[3:]]],
            "next_sentence_label": [0, 1],
        },
        "sequence-classification": {"labels": [2, 0]},
        "token-classification": {
            "labels": [[-100, *[0, 1, 2] * 3, 0, -100], [-100, 1, 2, 0, -100, *hidden[5:]]]
        },
        "question-answering": {"start_positions": [2, 1], "end_positions": [4, 1]},
    }[head]
    inputs = {key: torch.tensor(value) for key, value in labels.items()}
    if head == "question-answering":
        # One text at a time: in a batch transformers lets padding take part in the softmax.
        lengths = mask.sum(-1).tolist()
        losses = [
            model(
                torch.tensor([ids[i][:length]]), **{key: value[i : i + 1] for key, value in inputs.items()}
            ).loss
            for i, length in enumerate(lengths)
        ]
        loss = sum(losses) / len(losses)
    else:
        loss = model(torch.tensor(ids), attention_mask=mask, **inputs).loss
    loss.backward()
    named = dict(model.named_parameters())
    names = [
        "bert.embeddings.word_embeddings.weight",
        "bert.embeddings.LayerNorm.bias",
        "bert.encoder.layer.0.attention.self.query.weight",
        "bert.encoder.layer.1.output.dense.bias",
    ]
    model.float()
    return {
        "inputs": {"inputIds": ids, "attentionMask": mask.tolist(), **labels},
        "loss": loss.detach(),
        "of": {name: named[name].grad for name in names},
    }


if __name__ == "__main__":
    main()
