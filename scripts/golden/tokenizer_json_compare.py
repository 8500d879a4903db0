"""Compares @heed/tokenizer with Hugging Face's tokenizers on real lines and hard strings.

Usage: python scripts/golden/tokenizer_json_compare.py TOKENIZER_JSON ... [--lines FILE ...] [--limit N] [--random N]

Each TOKENIZER_JSON is read by both. Files are read line by line; a .tsv (or .tsv.xz) file gives its first two columns.
Ids, tokens, offsets (in code points), word ids, type ids, special-token masks and decoded text must be equal. Lone
surrogates, which the reference takes no input with, must give what U+FFFD gives. Needs the Python package tokenizers;
deno must be on the PATH. Exits 1 if anything differs.
"""

import argparse
import json
import os
import subprocess
import sys
import time

import tokenizers

from tokenizer_compare import HARD, random_strings, read_lines

HERE = os.path.dirname(os.path.abspath(__file__))

LETTERS = "dieschnellebraunefuchsinspringtüberdenfaulenhundthequickbrownfoxjumpsoverthelazydog"
NO_SPACE = (LETTERS * (2**20 // len(LETTERS) + 1))[: 2**20]
MORE = [
    "\ud800", "a\udfffb", "\udc00\ud800 x", "ok \ud83d", "\ud83d👍 \udc4d",
    "<s> </s><unk><pad> [CLS] [SEP] [MASK] [UNK]x", "<bos><eos> <start_of_turn>user\n<end_of_turn>", "<|endoftext|>a <|endofprompt|> b",
    "İstanbul ß ẞ ŉ ǰ ΐ ﬀ", "ΑΣ ΑΣ. ΌΣΟΣ", "a\u0345\u0301b", "x\u0300\u0316y", "1\u20e3 #\ufe0f\u20e3", "\u0e33 \u0e4d\u0e32", "\u0f73\u0f71\u0f72",
    "don't DON'T it's 'twas y'all've I'LL", "\n\n\n a\n b\r\n\r\n c \t\t d", "   spaces    between     words      ", "12345678901234567890", "a" * 100, "a" * 101, "ab" * 60 + " c",
    "\u0000\u0000", "𝒳𝓎𝓏 𐐀𐐨", "👨🏿‍🚀👩🏻‍❤️‍💋‍👨🏽", "क्षि", "සිංහල", "မြန်မာ", "ქართული", "አማርኛ", "\u2581\u2581a", "http://example.org/a?b=c&d=%20",
    "SNAKE_CASE_name", "\u3000全角　空白", "¿Qué? ¡Sí!", "–—―‐‑", "$€£¥₿", "^`~|<>=+", "\u1e9b\u0323", "\u212b\u2126", "\u200b", "\ufeff", "\u180e", "\u0085x\u2028y\u2029z",
]


def reference(tokenizer, text):
    texts = [text] if isinstance(text, str) else text
    texts = [part.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for part in texts]
    encoding = tokenizer.encode(*texts)
    return {
        "ids": encoding.ids, "tokens": encoding.tokens, "offsets": [list(offset) for offset in encoding.offsets], "typeIds": encoding.type_ids,
        "wordIds": encoding.word_ids, "specialTokensMask": encoding.special_tokens_mask, "text": tokenizer.decode(encoding.ids),
        "fullText": tokenizer.decode(encoding.ids, skip_special_tokens=False),
    }


def first_difference(own, expected):
    """The neighbourhood of the first difference of two lists or strings."""
    at = next((i for i, (a, b) in enumerate(zip(own, expected)) if a != b), min(len(own), len(expected)))
    return at, own[max(0, at - 3) : at + 8], expected[max(0, at - 3) : at + 8]


def compare(path, texts):
    runner = ["deno", "run", "--allow-read", os.path.join(HERE, "tokenizer_json_encode.ts"), os.path.abspath(path)]
    stdin = "".join(json.dumps(text) + "\n" for text in texts)
    started = time.time()
    done = subprocess.run(runner, input=stdin, stdout=subprocess.PIPE, text=True, check=False, cwd=HERE, errors="surrogatepass")
    seconds = time.time() - started
    if done.returncode != 0:
        print(f"{path}: ours stopped with {done.returncode}")
        return 1
    lines = [line for line in done.stdout.split("\n") if line]
    assert len(lines) == len(texts)
    tokenizer = tokenizers.Tokenizer.from_file(path)
    differences, tokens = {}, 0
    for text, line in zip(texts, lines):
        own, expected = json.loads(line), reference(tokenizer, text)
        tokens += len(expected["ids"])
        for key, value in expected.items():
            if own[key] != value:
                count = differences[key] = differences.get(key, 0) + 1
                if count <= 4:
                    at, ours, theirs = first_difference(own[key], value)
                    shown = repr(text) if len(text) < 300 else f"{text[:60]!r}... ({len(text)} characters)"
                    print(f"{key} of {shown} at {at}:\n  ours      {ours!r}\n  reference {theirs!r}")
    size = sum(len(part.encode(errors="replace")) for text in texts for part in ([text] if isinstance(text, str) else text))
    print(f"{os.path.basename(path)}: {len(texts)} texts, {size} bytes, {tokens} tokens, against tokenizers {tokenizers.__version__}: "
          f"{sum(differences.values())} differences {differences} (ours took {seconds:.1f} s)", flush=True)
    return sum(differences.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tokenizers", nargs="+", metavar="TOKENIZER_JSON")
    parser.add_argument("--lines", nargs="*", default=[], help="text files")
    parser.add_argument("--limit", type=int, default=20000, help="lines taken from each file")
    parser.add_argument("--random", type=int, default=2000, help="random strings")
    args = parser.parse_args()
    texts = HARD + MORE + random_strings(args.random)
    lines = [line for path in args.lines for line in read_lines(path, args.limit)]
    texts += lines
    # Lists come back as lists; texts of a pair get type ids of their own.
    texts += [list(pair) for pair in zip(lines[:2000:2], lines[1:2000:2])] + [["", ""], ["a", ""], ["", "b"], ["👍", "日本 x"]]
    texts += ["\n".join(lines[:500]), NO_SPACE, "日本語テキスト" * (2**18 // 7)]
    sys.exit(1 if sum(compare(path, texts) for path in args.tokenizers) else 0)


if __name__ == "__main__":
    main()
