"""Makes the files in testdata/tokenizer/sentencepiece: small models of all types, and what sentencepiece does with them.

Usage: python scripts/golden/tokenizer_sentencepiece_golden.py

Needs the Python package sentencepiece.
"""

import json
import os

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

from tokenizer_compare import HARD
from tokenizer_sentencepiece_compare import fields

TESTDATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "testdata", "tokenizer")
OUTPUT = os.path.join(TESTDATA, "sentencepiece")
MORE = [
    "A <sep>translation x-yx-y", "xx xxx xxxx ↑é e\u0301 一ß", "a-b - c", "  die Übersetzung  des Satzes ", "12 345",
    "The boat crossed the river before the storm came.", "😀 the x translation",
]
CUT = ["The boat crossed the river.", "  die Übersetzung  des Satzes ", "x-y <sep> translation", "日本 😀 ½", "aaaaaaaa", "a"]


def train(name, model_type, **options):
    sentencepiece.SentencePieceTrainer.train(
        input=os.path.join(TESTDATA, "corpus.txt"),
        model_prefix=os.path.join(OUTPUT, name),
        model_type=model_type,
        num_threads=1,
        minloglevel=2,
        **options,
    )
    os.remove(os.path.join(OUTPUT, name + ".vocab"))
    model = sentencepiece_model_pb2.ModelProto()
    with open(os.path.join(OUTPUT, name + ".model"), "rb") as file:
        model.ParseFromString(file.read())
    os.remove(os.path.join(OUTPUT, name + ".model"))
    # Where the files were is no concern of the models.
    model.trainer_spec.input[:] = ["corpus.txt"]
    model.trainer_spec.model_prefix = name
    if model.normalizer_spec.normalization_rule_tsv:
        model.normalizer_spec.normalization_rule_tsv = "rules.tsv"
    return model


def write(name, model):
    content = model.SerializeToString()
    with open(os.path.join(OUTPUT, name + ".spm"), "wb") as file:
        file.write(content)
    return sentencepiece.SentencePieceProcessor(model_proto=content)


def nbest(processor, text):
    cuts = processor.nbest_encode(text, nbest_size=6, return_type="proto").nbests
    return [{"ids": [piece.id for piece in cut.pieces], "score": cut.score} for cut in cuts]


def main():
    os.makedirs(OUTPUT, exist_ok=True)
    rules = {
        "normalization_rule_tsv": os.path.join(TESTDATA, "rules.tsv"),
        "user_defined_symbols": ["<sep>", "translation", "x-y"],
        "control_symbols": ["<ctl>"],
    }
    llama = train(
        "bpe", "bpe", vocab_size=420, byte_fallback=True, normalization_rule_name="identity", character_coverage=0.99,
        remove_extra_whitespaces=False, split_digits=True, allow_whitespace_only_pieces=True,
    )
    unused = train("bpe_unused", "bpe", vocab_size=240, **rules)
    for index, piece in enumerate(unused.pieces):
        if piece.type == 1 and len(piece.piece) > 1 and index % 3 == 0:
            piece.type = 5
    processors = {
        "bpe": write("bpe", llama),
        "bpe_unused": write("bpe_unused", unused),
        "suffix": write("suffix", train("suffix", "unigram", vocab_size=200, treat_whitespace_as_suffix=True,
                                        normalization_rule_name="identity", user_defined_symbols=["der", "▁x", "ß😀"])),
        "word": write("word", train("word", "word", vocab_size=80, normalization_rule_name="identity")),
        "char": write("char", train("char", "char", vocab_size=48, **rules)),
    }
    # The files of the folder above; the first lacks its rules, which any model with the same ones has.
    unigram = sentencepiece_model_pb2.ModelProto()
    with open(os.path.join(TESTDATA, "unigram.spm"), "rb") as file:
        unigram.ParseFromString(file.read())
    rules_of = train("nmt_nfkc", "char", vocab_size=40, normalization_rule_name="nmt_nfkc")
    unigram.normalizer_spec.precompiled_charsmap = rules_of.normalizer_spec.precompiled_charsmap
    processors["unigram"] = sentencepiece.SentencePieceProcessor(model_proto=unigram.SerializeToString())
    processors["rules"] = sentencepiece.SentencePieceProcessor(model_file=os.path.join(TESTDATA, "rules.spm"))

    golden = {"program": f"sentencepiece {sentencepiece.__version__}", "models": {}}
    for name, processor in processors.items():
        texts = [text for text in HARD + MORE if len(text) < 60]
        # Ids, pieces and texts of the older two are in the folder above.
        cases = []
        for text in texts:
            case = {"input": text, **fields(processor.encode(text, return_type="proto"), text)}
            case["text"] = processor.decode(case["ids"])
            if name in ("unigram", "rules"):
                case = {"input": text, "offsets": case["offsets"]}
            cases.append(case)
        golden["models"][name] = {"cases": cases}
        if name in ("unigram", "rules", "suffix"):
            golden["models"][name]["nBest"] = [{"input": text, "cuts": nbest(processor, text)} for text in CUT]
    with open(os.path.join(OUTPUT, "golden.json"), "w", encoding="utf-8") as file:
        file.write('{\n"program": ' + json.dumps(golden["program"]) + ',\n"models": {\n')
        for index, (name, model) in enumerate(golden["models"].items()):
            file.write((",\n" if index else "") + json.dumps(name) + ': {\n"cases": [\n')
            file.write(",\n".join(json.dumps(case, separators=(",", ":")) for case in model["cases"]) + "\n]")
            if "nBest" in model:
                file.write(',\n"nBest": [\n' + ",\n".join(json.dumps(case, separators=(",", ":")) for case in model["nBest"]) + "\n]")
            file.write("\n}")
        file.write("\n}\n}\n")


if __name__ == "__main__":
    main()
