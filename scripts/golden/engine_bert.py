"""Makes testdata/engine/bert and testdata/engine/distilbert; run by engine.py."""

import pathlib

import torch
from transformers import BertConfig, BertForPreTraining, DistilBertConfig, DistilBertModel

from engine_checkpoint import both_precisions, check_padded, randomize, write

PAD, MASK = 0, 3

# Sentences of different lengths, one of a single token; ids 1, 2, 3 stand for [CLS] [SEP] [MASK].
BERT_IDS = [
    [1, 17, 5, MASK, 88, 9, 2, 63, 44, 71, 30, 2],
    [1, 71, MASK, 29, 2],
    [1],
    [1, 8, 91, 56, 12, 77, 50, MASK, 20, 95, 61, 4, 38, 11, 83, 26, 2],
]
# Pairs in the first and the last sentence.
BERT_TYPES = [[0] * 7 + [1] * 5, [0] * 5, [0], [0] * 9 + [1] * 8]

DISTILBERT_IDS = [
    [1, 17, 5, 42, 9, 58, 2],
    [1, 33, 2],
    [1, 6, 51, 24, 13, 60, 40, 7, 28, 19, 2],
]


def bert(root: pathlib.Path, seed: int = 21) -> None:
    """Both heads of BERT's own checkpoints; names start with `bert.` and `cls.`."""
    config = BertConfig(
        vocab_size=97,
        hidden_size=40,
        num_hidden_layers=2,
        num_attention_heads=5,
        intermediate_size=72,
        hidden_act="gelu",
        max_position_embeddings=32,
        type_vocab_size=2,
        layer_norm_eps=1e-12,
        pad_token_id=PAD,
        attn_implementation="eager",  # the only one that returns attention weights
    )
    model = BertForPreTraining(config).eval()
    randomize(model, seed, std=0.2)
    model.save_pretrained(root / "bert")
    golden = both_precisions(model, lambda m: bert_values(m, BERT_IDS, BERT_TYPES))
    padded = padded_values(model, BERT_IDS, BERT_TYPES)
    check_padded(golden["hiddenStates"][-1], padded)
    write(root / "bert", seed, {"inputIds": BERT_IDS, "tokenTypeIds": BERT_TYPES, **golden})


def bert_values(model: BertForPreTraining, sentences, token_types) -> dict:
    outputs = []
    for ids, types in zip(sentences, token_types, strict=True):
        ids, types = torch.tensor([ids]), torch.tensor([types])
        options = {"token_type_ids": types, "output_hidden_states": True, "output_attentions": True}
        outputs.append((model(ids, **options), model.bert(ids, token_type_ids=types)))
    return {
        **encoder_values([output for output, _ in outputs]),
        "poolerOutput": [base.pooler_output[0] for _, base in outputs],
        "maskedLmLogits": [output.prediction_logits[0] for output, _ in outputs],
    }


def encoder_values(outputs: list) -> dict:
    layers = range(len(outputs[0].hidden_states))
    return {
        "hiddenStates": [[o.hidden_states[layer][0] for o in outputs] for layer in layers],
        "meanPooled": [o.hidden_states[-1][0].mean(0) for o in outputs],
        "attentions": [[o.attentions[layer][0] for o in outputs] for layer in layers[:-1]],
    }


def padded_values(model, sentences, token_types=None) -> list:
    """Last hidden states, without padding, of the sentences computed as one padded batch."""
    length = max(map(len, sentences))

    def batch(rows):
        return torch.tensor([row + [PAD] * (length - len(row)) for row in rows])

    options = {} if token_types is None else {"token_type_ids": batch(token_types)}
    mask = batch([[1] * len(row) for row in sentences])
    with torch.no_grad():
        states = model.base_model.double()(batch(sentences), attention_mask=mask, **options)[0]
    model.float()
    return [row[: len(ids)] for row, ids in zip(states, sentences, strict=True)]


def distilbert(root: pathlib.Path, seed: int = 22) -> None:
    """A bare encoder, float16, names without a prefix; no token types and no pooler."""
    config = DistilBertConfig(
        vocab_size=61,
        dim=36,
        n_layers=2,
        n_heads=6,
        hidden_dim=56,
        activation="gelu",
        max_position_embeddings=24,
        sinusoidal_pos_embds=False,
        pad_token_id=PAD,
        attn_implementation="eager",
    )
    model = DistilBertModel(config).eval()
    randomize(model, seed, std=0.2, dtype=torch.float16)
    model.half().save_pretrained(root / "distilbert")
    model.float()

    def values(m):
        options = {"output_hidden_states": True, "output_attentions": True}
        return encoder_values([m(torch.tensor([ids]), **options) for ids in DISTILBERT_IDS])

    golden = both_precisions(model, values)
    check_padded(golden["hiddenStates"][-1], padded_values(model, DISTILBERT_IDS))
    write(root / "distilbert", seed, {"inputIds": DISTILBERT_IDS, **golden})
