"""Makes testdata/bert/big-bird: tiny BigBird models with each of their heads, and what transformers computes.

    python scripts/golden/big_bird.py testdata/bert/big-bird

Needs transformers, torch, numpy and safetensors; the versions used are written into every golden.json.
"""

import pathlib
import sys

import torch
import transformers

from engine_checkpoint import both_precisions, randomize, write

HEADS = {
    "model": "Model",
    "masked-lm": "ForMaskedLM",
    "pre-training": "ForPreTraining",
    "sequence-classification": "ForSequenceClassification",
    "token-classification": "ForTokenClassification",
    "question-answering": "ForQuestionAnswering",
}
BLOCK, RANDOM, HEADS_OF_LAYER = 2, 1, 2
LABELS = {0: "cold", 1: "mild", 2: "warm"}
# 14 tokens see each other: no more than the blocks that one sees. 15 and 24 are sparse, 15 after padding.
LENGTHS = [14, 15, 24, 5]
SENTENCES = [[0, *[(7 * i * i + 3 * n + 5) % 30 + 3 for i in range(n - 2)], 2] for n in LENGTHS]


def config(**options) -> transformers.BigBirdConfig:
    return transformers.BigBirdConfig(
        vocab_size=37,
        hidden_size=12,
        num_hidden_layers=2,
        num_attention_heads=HEADS_OF_LAYER,
        intermediate_size=16,
        max_position_embeddings=32,
        block_size=BLOCK,
        num_random_blocks=RANDOM,
        pad_token_id=1,
        sep_token_id=36,  # in no sentence: transformers hides what stands before it from answers
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        **options,
    )


def main() -> None:
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    root = pathlib.Path(sys.argv[1])
    for head, ending in HEADS.items():
        labels = {"id2label": LABELS} if head.endswith("classification") else {}
        model = getattr(transformers, "BigBird" + ending)(config(**labels)).eval()
        randomize(model, 71, std=0.2)
        folder = root / head
        folder.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(folder)
        values = encoder_values if head == "model" else head_values
        golden = both_precisions(model, values)
        if head == "masked-lm":
            golden["gradients"] = gradients(model)
        write(folder, 71, {"inputIds": SENTENCES, **golden}, program="scripts/golden/big_bird.py")


def each(model, ids: list[int], **options):
    """A model that met a short text attends in full ever after, so each text has the attention set anew."""
    model.base_model.set_attention_type("block_sparse")
    types = {"token_type_ids": torch.zeros(1, len(ids), dtype=torch.long)}
    return model(torch.tensor([ids]), **types, **options)


def encoder_values(model) -> dict:
    options = {"output_hidden_states": True}
    outputs = [each(model, ids, **options) for ids in SENTENCES]
    model.train()  # rates of dropout are zero: only the random blocks change
    drawn = [each(model, ids).last_hidden_state[0] for ids in SENTENCES]
    model.eval()
    model.base_model.set_attention_type("original_full")
    full = [model(torch.tensor([ids])).last_hidden_state[0] for ids in SENTENCES]
    layers = range(len(outputs[0].hidden_states))
    return {
        "hiddenStates": [
            [o.hidden_states[layer][0][: len(ids)] for o, ids in zip(outputs, SENTENCES, strict=True)]
            for layer in layers
        ],
        "drawnStates": drawn,
        "fullStates": full,
        "poolerOutput": [o.pooler_output[0] for o in outputs],
    }


def head_values(model) -> dict:
    outputs = [each(model, ids) for ids in SENTENCES]
    if hasattr(outputs[0], "prediction_logits"):
        return {
            "logits": [o.prediction_logits[0] for o in outputs],
            "nextSentence": [o.seq_relationship_logits[0] for o in outputs],
        }
    if hasattr(outputs[0], "start_logits"):
        return {"logits": [torch.stack([o.start_logits[0], o.end_logits[0]], -1) for o in outputs]}
    return {"logits": [o.logits[0] for o in outputs]}


def gradients(model) -> dict:
    """Mean loss of two texts in one padded batch while training, and its gradient for some weights."""
    model = model.double().train()
    model.base_model.set_attention_type("block_sparse")
    ids = [SENTENCES[2], SENTENCES[1] + [1] * 9]
    mask = [[1] * 24, [1] * 15 + [0] * 9]
    labels = [[-100] * 24 for _ in ids]
    labels[0][3], labels[0][17], labels[1][9] = 5, 8, 20
    loss = model(
        torch.tensor(ids),
        attention_mask=torch.tensor(mask),
        token_type_ids=torch.zeros(2, 24, dtype=torch.long),
        labels=torch.tensor(labels),
    ).loss
    loss.backward()
    names = [
        "bert.embeddings.word_embeddings.weight",
        "bert.encoder.layer.0.attention.self.query.weight",
        "bert.encoder.layer.0.attention.self.key.weight",
        "bert.encoder.layer.1.attention.self.value.weight",
    ]
    named = dict(model.named_parameters())
    model.float().eval()
    return {
        "inputs": {"inputIds": ids, "attentionMask": mask, "labels": labels},
        "loss": loss.detach(),
        "of": {name: named[name].grad for name in names},
    }


if __name__ == "__main__":
    main()
