"""Makes the golden files in testdata/tokenizer.

Usage: python scripts/golden/tokenizer_golden.py

Needs Debian's sentencepiece 0.1.97 (spm_train) on the PATH, and the Python packages sentencepiece and transformers.
"""

import hashlib
import json
import os
import re
import struct
import subprocess
import tempfile
import warnings

import sentencepiece
import transformers
from sentencepiece import sentencepiece_model_pb2

from tokenizer_compare import HARD

TESTDATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "testdata", "tokenizer")
LONE_SURROGATES = ["\ud800", "a\udfffb", "\udc00\ud800 x", "ok \ud83d"]


def train(prefix, *options):
    command = ["spm_train", "--input=corpus.txt", f"--model_prefix={prefix}", "--num_threads=1", *options]
    subprocess.run(command, check=True, cwd=TESTDATA, stderr=subprocess.DEVNULL)
    os.remove(os.path.join(TESTDATA, f"{prefix}.vocab"))
    with open(os.path.join(TESTDATA, f"{prefix}.spm"), "wb") as file, open(
        os.path.join(TESTDATA, f"{prefix}.model"), "rb"
    ) as model:
        content = model.read()
        file.write(content)
    os.remove(os.path.join(TESTDATA, f"{prefix}.model"))
    return content


def charsmap_rules(charsmap):
    """All rules of a compiled character map, sorted."""
    size = struct.unpack("<I", charsmap[:4])[0]
    units = struct.unpack(f"<{size // 4}I", charsmap[4 : 4 + size])
    replacements = charsmap[4 + size :]
    rules = []

    def children(position):
        return position ^ ((units[position] >> 10) << ((units[position] & (1 << 9)) >> 6))

    def walk(base, key):
        for label in range(1, 256):
            position = base ^ label
            if position >= size // 4 or units[position] & 0x800000FF != label:
                continue
            after = children(position)
            if units[position] >> 8 & 1:
                start = units[after] & 0x7FFFFFFF
                end = replacements.index(b"\0", start)
                rules.append((key + bytes([label]), replacements[start:end]))
            walk(after, key + bytes([label]))

    walk(children(0), b"")
    return sorted(rules)


def results(processor, text):
    ids = processor.encode(text)
    return {"ids": ids, "tokens": processor.encode(text, out_type=str), "text": processor.decode(ids)}


def main():
    full = train("unigram", "--vocab_size=400", "--character_coverage=1", "--byte_fallback=true")
    rules = train(
        "rules",
        "--vocab_size=260",
        "--normalization_rule_tsv=rules.tsv",
        "--user_defined_symbols=<sep>,translation,x-y",
        "--control_symbols=<ctl>",
    )
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(full)
    charsmap = model.normalizer_spec.precompiled_charsmap
    digest = hashlib.sha256()
    count = 0
    for key, value in charsmap_rules(charsmap):
        digest.update(key + b"\t" + value + b"\n")
        count += 1
    # 237 KB that are not ours; the tests put the package's own rules in their place.
    model.normalizer_spec.precompiled_charsmap = b""
    with open(os.path.join(TESTDATA, "unigram.spm"), "wb") as file:
        file.write(model.SerializeToString())

    vocab = {"</s>": 0, "<unk>": 1, ">>de<<": 2}
    for index, piece in enumerate(model.pieces):
        # One piece in ten is left out, to see unknown ones.
        if piece.type in (1, 6) and index % 10 != 7:
            vocab[piece.piece] = len(vocab)
    vocab["<pad>"] = len(vocab)
    with open(os.path.join(TESTDATA, "vocab.json"), "w", encoding="utf-8") as file:
        json.dump(vocab, file, ensure_ascii=False, indent=0)
        file.write("\n")

    texts = HARD + LONE_SURROGATES + ["A <sep>translation x-yx-y", "xx xxx xxxx ↑é e\u0301 一ß", "a-b - c", "die Übersetzung des Satzes"]
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as directory:
        for name in ("source.spm", "target.spm"):
            with open(os.path.join(directory, name), "wb") as file:
                file.write(full)
        with open(os.path.join(directory, "vocab.json"), "w", encoding="utf-8") as file:
            json.dump(vocab, file)
        with open(os.path.join(directory, "tokenizer_config.json"), "w", encoding="utf-8") as file:
            json.dump({"source_lang": "en", "target_lang": "de", "tokenizer_class": "MarianTokenizer"}, file)
        marian = transformers.MarianTokenizer.from_pretrained(directory)
        processors = {
            "unigram": sentencepiece.SentencePieceProcessor(model_proto=full),
            "rules": sentencepiece.SentencePieceProcessor(model_proto=rules),
        }
        cases = []
        for text in texts:
            # The references take no lone surrogates; encoding them to UTF-8 gives U+FFFD in JavaScript.
            valid = re.sub("[\ud800-\udfff]", "\ufffd", text)
            case = {"input": text, **{name: results(processor, valid) for name, processor in processors.items()}}
            ids = marian(valid).input_ids
            case["marian"] = {
                "ids": ids,
                "text": marian.decode(ids, skip_special_tokens=True),
                "textWithSpecialTokens": marian.decode(ids),
            }
            cases.append(case)
    golden = {
        "programs": {
            "spm_train": "0.1.97 (Debian sentencepiece 0.1.97-3)",
            "sentencepiece": sentencepiece.__version__,
            "transformers": transformers.__version__,
        },
        "nmtNfkc": {"rules": count, "sha256": digest.hexdigest()},
        "cases": cases,
    }
    with open(os.path.join(TESTDATA, "golden.json"), "w", encoding="utf-8") as file:
        file.write('{\n"programs": ' + json.dumps(golden["programs"]) + ',\n"nmtNfkc": ' + json.dumps(golden["nmtNfkc"]))
        file.write(',\n"cases": [\n' + ",\n".join(json.dumps(case) for case in cases) + "\n]\n}\n")


if __name__ == "__main__":
    main()
