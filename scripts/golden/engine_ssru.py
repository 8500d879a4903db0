"""Makes testdata/engine/marian-ssru; run by engine.py.

transformers has no recurrent decoder, so its MarianMTModel is taken and the self-attention of every
decoder layer is replaced. All else (encoder, cross-attention, feed-forward, norms, search) is
transformers' own.
"""

import pathlib
import re

import safetensors.torch
import torch
from transformers import GenerationConfig, MarianConfig, MarianMTModel

import marian
from engine_checkpoint import both_precisions, generated, randomize, write
from marian import EOS, PAD, VOCAB

INPUT_IDS = [
    [17, 5, 42, 88, 9, 63, EOS],
    [71, 3, 29, EOS],
    [EOS],
    [8, 14, 77, 50, 91, 33, 60, 2, 45, 28, 56, EOS],
]
DECODER_INPUT_IDS = [
    [PAD, 34, 12, 77, 50, 21],
    [PAD, 8, 91],
    [PAD],
    [PAD, 25, 40, 61, 7, 7, 83, 19, 52],
]

GENERATION_CASES = {
    "greedy": {"num_beams": 1},
    "beam4": {"num_beams": 4, "num_return_sequences": 4},
}
MAX_NEW_TOKENS = 19


class Ssru(torch.nn.Module):
    """Simpler Simple Recurrent Unit (Kim et al., "From Research to Production and Back: Ludicrously
    Fast Neural Machine Translation", WNGT 2019).

        f_t = sigmoid(Wf x_t + bf)
        c_t = f_t * c_{t-1} + (1 - f_t) * W x_t,   c_{-1} = 0
        o_t = relu(c_t)

    The residual sum and the norm after it are the decoder layer's, as they are for self-attention.
    """

    def __init__(self, size: int):
        super().__init__()
        self.w = torch.nn.Linear(size, size, bias=False)
        self.wf = torch.nn.Linear(size, size)

    def forward(self, hidden_states, **_):
        forget, candidate = torch.sigmoid(self.wf(hidden_states)), self.w(hidden_states)
        cell, cells = torch.zeros_like(candidate[:, 0]), []
        for f, x in zip(forget.unbind(1), candidate.unbind(1)):
            cell = f * cell + (1 - f) * x
            cells.append(cell)
        return torch.relu(torch.stack(cells, dim=1)), None


def marian_ssru(root: pathlib.Path, seed: int = 26) -> None:
    torch.manual_seed(seed)  # for dropout while training
    config = MarianConfig(
        vocab_size=VOCAB,
        d_model=28,
        encoder_ffn_dim=56,
        decoder_ffn_dim=56,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_layers=2,
        decoder_layers=2,
        max_position_embeddings=48,
        activation_function="relu",
        scale_embedding=True,
        dropout=0.1,
        static_position_embeddings=True,
        pad_token_id=PAD,
        eos_token_id=EOS,
        decoder_start_token_id=PAD,
        forced_eos_token_id=EOS,
        decoder_autoreg="rnn",
        attn_implementation="eager",  # the only one that returns attention weights
    )
    model = MarianMTModel(config)
    for layer in model.model.decoder.layers:
        layer.self_attn = Ssru(config.d_model)
    randomize(model, seed, std=0.2)
    keep_attention_varied(model)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        model.final_logits_bias.copy_(0.5 * torch.randn(1, VOCAB, generator=generator))
    marian.train(model, generator)
    model.eval()
    defaults = {
        "max_new_tokens": MAX_NEW_TOKENS,
        "bad_words_ids": [[PAD]],
        "pad_token_id": PAD,
        "eos_token_id": EOS,
        "decoder_start_token_id": PAD,
        "forced_eos_token_id": EOS,
    }
    model.generation_config = GenerationConfig(**defaults)
    folder = root / "marian-ssru"
    save(model, folder)
    # Without a cache every step runs the recurrence again from the first token.
    defaults["use_cache"] = False
    cases = generated(model, INPUT_IDS, GENERATION_CASES, defaults, skip=1)
    golden = {
        "inputIds": INPUT_IDS,
        "decoderInputIds": DECODER_INPUT_IDS,
        **both_precisions(model, values),
        "generation": {
            name: {"options": options_of(name), "hypotheses": rows} for name, rows in cases.items()
        },
    }
    write(folder, seed, golden)


def keep_attention_varied(model: MarianMTModel) -> None:
    """Leaves to training what follows the attention, not what decides where it goes.

    The task needs one source token only: training would make all source states alike and the
    attention to them even, and a map without contrast hides mistakes.
    """
    attentions = [layer.encoder_attn for layer in model.model.decoder.layers]
    kept = [model.model.encoder.layers]
    kept += [part for attention in attentions for part in (attention.q_proj, attention.k_proj)]
    for part in kept:
        part.requires_grad_(False)


def save(model: MarianMTModel, folder: pathlib.Path) -> None:
    """As save_pretrained does, with the recurrent layer's weights under `rnn.`."""
    model.save_pretrained(folder)
    file = folder / "model.safetensors"
    renamed = {
        re.sub(r"(decoder\.layers\.\d+)\.self_attn[._]", r"\1.rnn.", name): weight
        for name, weight in safetensors.torch.load_file(file).items()
    }
    safetensors.torch.save_file(renamed, file, metadata={"format": "pt"})


def values(model: MarianMTModel) -> dict:
    outputs = [
        model(
            input_ids=torch.tensor([source]),
            decoder_input_ids=torch.tensor([target]),
            output_hidden_states=True,
            output_attentions=True,
            use_cache=False,
        )
        for source, target in zip(INPUT_IDS, DECODER_INPUT_IDS, strict=True)
    ]

    def layers(name):
        return [[o[name][layer][0] for o in outputs] for layer in range(len(outputs[0][name]))]

    return {
        "encoderHiddenStates": layers("encoder_hidden_states"),
        "encoderAttentions": layers("encoder_attentions"),
        "decoderHiddenStates": layers("decoder_hidden_states"),
        "crossAttentions": layers("cross_attentions"),
        "logits": [o.logits[0] for o in outputs],
    }


def options_of(case: str) -> dict:
    """The options as the packages call them."""
    names = {"num_beams": "numBeams", "num_return_sequences": "numReturnSequences"}
    renamed = {names[key]: value for key, value in GENERATION_CASES[case].items()}
    return {**renamed, "maxNewTokens": MAX_NEW_TOKENS}
