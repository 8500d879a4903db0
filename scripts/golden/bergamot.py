"""Makes testdata/bergamot: tiny models in the files that Firefox Translations ships, and what they compute.

    python scripts/golden/bergamot.py testdata/bergamot

Needs numpy and sentencepiece; prints the versions for README.md. The models are computed here in float64, by the
formulas of Marian's Transformer with SSRU layers, from the values that the files hold.
"""

import json
import pathlib
import struct
import sys

import numpy
import sentencepiece

from marian_files import FLOAT32, INT8, INTGEMM8, binary, padded, shortlist

D, HEADS, FFN, ENCODER, DECODER = 20, 4, 24, 3, 2
TEXT = [
    "a small model reads a text and the model writes a text",
    "the words of the model are small words in a small world",
    "eine kleine welt liest eine kleine schrift",
    "das sind kleine worte und das ist eine welt der worte",
]


def options(sizes: tuple[int, int], *, shared: bool, activation: str) -> str:
    flag = str(shared).lower()
    return f"""dec-cell: ssru
dec-depth: {DECODER}
dim-emb: {D}
dim-vocabs:
  - {sizes[0]}
  - {sizes[1]}
enc-depth: {ENCODER}
input-types: []
layer-normalization: false
tied-embeddings: {str(not shared).lower()}
tied-embeddings-all: {flag}
tied-embeddings-src: false
transformer-decoder-autoreg: rnn
transformer-dim-ffn: {FFN}
transformer-ffn-activation: {activation}
transformer-ffn-depth: 2
transformer-heads: {HEADS}
transformer-no-projection: false
transformer-postprocess: dan
transformer-postprocess-emb: d
transformer-postprocess-top: ""
transformer-preprocess: ""
transformer-tied-layers:
  []
type: transformer
version: none
"""


def make(random, sizes, shared) -> dict[str, numpy.ndarray]:
    out = {}

    def put(name, *shape, scale=0.3, mean=0.0):
        out[name] = (random.standard_normal(shape) * scale + mean).astype("<f4")

    def norm(name):
        put(name + "_ln_scale", 1, D, mean=1.0)
        put(name + "_ln_bias", 1, D)

    def attention(name):
        for letter in "qkvo":
            put(f"{name}_W{letter}", D, D)
            put(f"{name}_b{letter}", 1, D)
        norm(name + "_Wo")

    def ffn(name):
        put(name + "_ffn_W1", D, FFN)
        put(name + "_ffn_b1", 1, FFN)
        put(name + "_ffn_W2", FFN, D)
        put(name + "_ffn_b2", 1, D)
        norm(name + "_ffn_ffn")

    if shared:
        put("Wemb", sizes[0], D)
    else:
        put("encoder_Wemb", sizes[0], D)
        put("decoder_Wemb", sizes[1], D)
    for i in range(1, ENCODER + 1):
        attention(f"encoder_l{i}_self")
        ffn(f"encoder_l{i}")
    for i in range(1, DECODER + 1):
        put(f"decoder_l{i}_rnn_W", D, D)
        put(f"decoder_l{i}_rnn_Wf", D, D)
        put(f"decoder_l{i}_rnn_bf", 1, D)
        norm(f"decoder_l{i}_rnn_ffn")
        attention(f"decoder_l{i}_context")
        ffn(f"decoder_l{i}")
    put("decoder_ff_logit_out_b", 1, sizes[1])
    return out


class Model:
    def __init__(self, weights, activation):
        self.w = {name: value.astype("f8") for name, value in weights.items()}
        self.activation = activation

    def linear(self, x, w, b):
        return x @ self.w[w] + self.w[b][0]

    def norm(self, x, name):
        centred = x - x.mean(-1, keepdims=True)
        deviation = numpy.sqrt((centred**2).mean(-1, keepdims=True) + 1e-6)
        return centred / deviation * self.w[name + "_ln_scale"][0] + self.w[name + "_ln_bias"][0]

    def embed(self, x, first):
        n = D // 2
        rates = 10000.0 ** (-numpy.arange(n) / (n - 1))
        angles = numpy.arange(first, first + len(x))[:, None] * rates
        return x * numpy.sqrt(D) + numpy.concatenate([numpy.sin(angles), numpy.cos(angles)], -1)

    def attention(self, name, x, memory):
        def heads(y):
            return y.reshape(len(y), HEADS, D // HEADS).transpose(1, 0, 2)

        q = heads(self.linear(x, name + "_Wq", name + "_bq"))
        k = heads(self.linear(memory, name + "_Wk", name + "_bk"))
        v = heads(self.linear(memory, name + "_Wv", name + "_bv"))
        scores = q @ k.transpose(0, 2, 1) / numpy.sqrt(D // HEADS)
        scores = numpy.exp(scores - scores.max(-1, keepdims=True))
        context = scores / scores.sum(-1, keepdims=True) @ v
        joined = context.transpose(1, 0, 2).reshape(len(x), D)
        return self.norm(x + self.linear(joined, name + "_Wo", name + "_bo"), name + "_Wo")

    def ffn(self, name, x):
        y = self.linear(x, name + "_ffn_W1", name + "_ffn_b1")
        y = numpy.maximum(y, 0) if self.activation == "relu" else y / (1 + numpy.exp(-y))
        return self.norm(x + self.linear(y, name + "_ffn_W2", name + "_ffn_b2"), name + "_ffn_ffn")

    def encode(self, ids):
        table = self.w.get("Wemb", self.w.get("encoder_Wemb"))
        x = self.embed(table[ids], 0)
        for i in range(1, ENCODER + 1):
            x = self.attention(f"encoder_l{i}_self", x, x)
            x = self.ffn(f"encoder_l{i}", x)
        return x

    def decode(self, memory, choose, most):
        table = self.w.get("Wemb", self.w.get("decoder_Wemb"))
        cells = [numpy.zeros(D)] * DECODER
        word, rows = numpy.zeros(D), []
        for position in range(most):
            x = self.embed(word[None], position)
            for i in range(1, DECODER + 1):
                name = f"decoder_l{i}"
                forget = 1 / (1 + numpy.exp(-self.linear(x, name + "_rnn_Wf", name + "_rnn_bf")[0]))
                candidate = (x @ self.w[name + "_rnn_W"])[0]
                cells[i - 1] = forget * cells[i - 1] + (1 - forget) * candidate
                x = self.norm(x + numpy.maximum(cells[i - 1], 0), name + "_rnn_ffn")
                x = self.ffn(name, self.attention(name + "_context", x, memory))
            rows.append(x[0] @ table.T + self.w["decoder_ff_logit_out_b"][0])
            chosen = choose(position, rows[-1])
            if chosen == 0:
                break
            word = table[chosen]
        return numpy.array(rows)


def vocabulary(path: pathlib.Path, size: int) -> None:
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT * 4),
        model_writer=(writer := open(path, "wb")),
        vocab_size=size,
        bos_id=-1,
        eos_id=0,
        unk_id=1,
        normalization_rule_name="identity",
        minloglevel=2,
    )
    writer.close()


def write(folder: pathlib.Path, *, sizes, shared, activation, int8, seed) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    random = numpy.random.default_rng(seed)
    weights = make(random, sizes, shared)
    items = []
    for name, matrix in list(weights.items()):
        is_matrix = matrix.shape[0] > 1
        if not (int8 and is_matrix):
            items.append((name, FLOAT32, matrix.shape, padded(matrix.tobytes())))
            continue
        multiplier = numpy.float32(127) / numpy.abs(matrix).max()
        rounded = numpy.rint(matrix * multiplier).astype("i1")
        stored = rounded if "Wemb" in name else rounded.T
        data = stored.tobytes() + struct.pack("<f", multiplier)
        items.append((name, INTGEMM8, matrix.shape, padded(data)))
        alpha = numpy.float32(random.uniform(8, 30))
        items.append((name + "_QuantMultA", FLOAT32, (1, 1), padded(alpha.tobytes())))
        weights[name] = rounded.astype("<f4") * numpy.float32(1 / float(multiplier))
    note = options(sizes, shared=shared, activation=activation).encode() + b"\0"
    items.append(("special:model.yml", INT8, (len(note),), note))
    kind = ".intgemm.alphas" if int8 else ""
    (folder / f"model.ende{kind}.bin").write_bytes(binary(items))
    if not int8:
        # What Marian trains: the same model, in numpy's form.
        npz = folder.parent / "npz"
        npz.mkdir(exist_ok=True)
        text = numpy.frombuffer(note, "i1")
        numpy.savez_compressed(npz / "model.ende.npz", **weights, **{"special:model.yml": text})
    lists = [random.choice(sizes[1], 5, replace=False).tolist() for _ in range(sizes[0])]
    (folder / "lex.4.5.ende.s2t.bin").write_bytes(shortlist(4, 5, lists))
    if shared:
        vocabulary(folder / "vocab.ende.spm", sizes[0])
    else:
        vocabulary(folder / "srcvocab.ende.spm", sizes[0])
        vocabulary(folder / "trgvocab.ende.spm", sizes[1])

    model = Model(weights, activation)
    sources = [[5, 7, 9, 2, 11, 0], [12, 0], [3, 3, 17, 21, 8, 6, 19, 4, 0]]
    golden = {"inputIds": sources, "targetIds": [], "states": [], "logits": [], "greedy": []}

    def best(_, row):
        row = row.copy()
        row[1] = -numpy.inf
        return int(row.argmax())

    for source in sources:
        memory = model.encode(source)
        target = [*random.integers(2, sizes[1], 7).tolist(), 0]
        golden["targetIds"].append(target)
        golden["states"].append(memory)
        golden["logits"].append(model.decode(memory, lambda i, _: target[i], len(target)))
        ids = []
        model.decode(memory, lambda i, row: ids.append(best(i, row)) or ids[-1], 10)
        golden["greedy"].append(ids)
    short = lambda array: [[float(f"{x:.7g}") for x in row] for row in array]
    golden["states"] = [short(array) for array in golden["states"]]
    golden["logits"] = [short(array) for array in golden["logits"]]
    golden["lists"] = lists
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")


def main(folder: pathlib.Path) -> None:
    write(folder / "shared", sizes=(32, 32), shared=True, activation="relu", int8=True, seed=1)
    write(folder / "separate", sizes=(29, 33), shared=False, activation="swish", int8=False, seed=2)
    version = sys.version.split()[0]
    print(f"numpy {numpy.__version__}, sentencepiece {sentencepiece.__version__}, Python {version}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
