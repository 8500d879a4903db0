"""Compares @heed/tokenizer with sentencepiece and Hugging Face's MarianTokenizer on real lines and hard strings.

Usage: python scripts/golden/tokenizer_compare.py MODEL [--lines FILE ...] [--limit N] [--random N]

MODEL is an .spm file, or a directory with source.spm, target.spm, vocab.json and tokenizer_config.json. Files are
read line by line; a .tsv (or .tsv.xz) file gives its first two columns. Needs sentencepiece and, for a directory,
transformers and sacremoses; deno must be on the PATH. Exits 1 if anything differs.
"""

import argparse
import json
import lzma
import os
import random
import subprocess
import sys
import warnings

import sentencepiece

HERE = os.path.dirname(os.path.abspath(__file__))

HARD = [
    "", " ", "   ", "\t\n\r", "a", " a ", "a  b   c", "Hello, world!", "naïve café", "cafe\u0301 re\u0301sume\u0301",
    "e\u0301\u0327", "\u0301", "a\u0301\u0301\u0301", "A\u030a\u0301", "\u1100\u1161\u11a8 \uac00\u11a8",
    "👩‍👩‍👧‍👦 family", "🏳️‍🌈🇩🇪", "👍🏽👍", "日本語のテキスト。", "中文字符测试", "한국어 텍스트", "العربية نص", "مَرْحَبًا", "ภาษาไทย",
    "हिन्दी पाठ", "ＦＵＬＬｗｉｄｔｈ　ｓｐａｃｅ", "ﬁ ligature ﬂ ﬃ", "½ ¼ ⅞ ²³ ①②", "㍿ ㎏ ℡ ™", "ｶﾞｷﾞｸﾞ", "…‥·", "“quotes” ‘single’ «guillemets»",
    "zero\u200bwidth\u200cnon\u200djoiner\u2060", "\ufeffBOM", "soft\u00adhyphen", "\u200e\u200fmarks", "a\u0000b", "\u0001\u0002 \u001f\u007f\u0080\u008f\u009f",
    "\ufffd replacement \ufffe \uffff", "▁ ▁▁ a▁b▁", "▁", "<s> </s> <unk> <pad>", "</s></s>a</s> b", "<unk>x<pad", ">>de<< Hello", ">>deu<<",
    ">>a<<b<<c", " >>de<< x", "</s>>>de<< x", "<0x41> <0x0A>", "1234567890 3.14159 1,000,000", "\U0001d400\U0001d7ce \U0002f800", "\U0010ffff\U000e0001", "x" * 300, "Donaudampfschifffahrtsgesellschaftskapitän" * 20,
    "～ \uff5e \u301c ~ \u0303", "\u00a0nbsp\u00a0\u2003em", "\u1680\u2028\u2029", "ǅ ŉ ſ ẛ̣", "\u0344 \u0958 \u2126 \u212b", "¨ ´ ¸ ˘", "\u037a\u0385", "⑴ ⒈ ㈠",
]


def random_strings(count):
    """Random strings that mix plain text with characters from all over Unicode."""
    rng = random.Random(1)
    blocks = [(0x20, 0x7E)] * 8 + [(0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x590, 0x6FF), (0x900, 0x97F),
              (0x1100, 0x11FF), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x2070, 0x24FF), (0x2581, 0x2581), (0x3000, 0x30FF),
              (0x3130, 0x33FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFB00, 0xFFFF), (0x1D400, 0x1D7FF),
              (0x1F300, 0x1FAFF), (0x1, 0x10FFFF)]
    strings = []
    for _ in range(count):
        text = ""
        for _ in range(rng.randrange(1, 12)):
            low, high = rng.choice(blocks)
            for _ in range(rng.randrange(1, 6)):
                code = rng.randint(low, high)
                if not 0xD800 <= code <= 0xDFFF:
                    text += chr(code)
        strings.append(text)
    return strings


def read_lines(path, limit):
    open_text = lzma.open if path.endswith(".xz") else open
    with open_text(path, "rt", encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file):
            if number >= limit:
                return
            line = line.rstrip("\n")
            yield from line.split("\t")[:2] if ".tsv" in path else [line]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--lines", nargs="*", default=[], help="text files")
    parser.add_argument("--limit", type=int, default=20000, help="lines taken from each file")
    parser.add_argument("--random", type=int, default=2000, help="random strings")
    args = parser.parse_args()
    texts = HARD + random_strings(args.random)
    for path in args.lines:
        texts += read_lines(path, args.limit)

    runner = ["deno", "run", "--allow-read", os.path.join(HERE, "tokenizer_encode.ts"), os.path.abspath(args.model)]
    stdin = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run(runner, input=stdin, capture_output=True, text=True, check=False, cwd=HERE)
    if done.returncode != 0:
        sys.exit(done.stderr)
    ours = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert len(ours) == len(texts)

    directory = os.path.isdir(args.model)
    spm = os.path.join(args.model, "source.spm") if directory else args.model
    processor = sentencepiece.SentencePieceProcessor(model_file=spm)
    versions = f"sentencepiece {sentencepiece.__version__}"
    marian = None
    if directory:
        warnings.simplefilter("ignore")
        import transformers

        transformers.logging.set_verbosity_error()
        marian = transformers.MarianTokenizer.from_pretrained(args.model)
        versions += f", transformers {transformers.__version__}"

    differences = {}
    for text, own in zip(texts, ours):
        ids = processor.encode(text)
        expected = {"ids": ids, "tokens": processor.encode(text, out_type=str), "text": processor.decode(ids)}
        if marian is not None:
            expected["marianIds"] = marian(text).input_ids
            expected["marianTargetIds"] = marian(text_target=text).input_ids
            expected["marianText"] = marian.decode(expected["marianIds"], skip_special_tokens=True)
            expected["marianFullText"] = marian.decode(expected["marianIds"])
        for key, value in expected.items():
            if own[key] != value:
                count = differences[key] = differences.get(key, 0) + 1
                if count <= 5:
                    print(f"{key} of {text!r}:\n  ours      {own[key]!r}\n  reference {value!r}")
    size = sum(len(text.encode()) for text in texts)
    print(f"{len(texts)} texts, {size} bytes, against {versions}: {sum(differences.values())} differences {differences}")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
