"""Trains vocabularies with the Python package tokenizers.

Usage: python scripts/golden/tokenizer_trainers.py            makes testdata/tokenizer/trainers/golden.json
       python scripts/golden/tokenizer_trainers.py jobs       for tokenizer_trainers_compare.ts: a job a line in, a result a line out
"""

import json
import os
import re
import sys
import time

import tokenizers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

TESTDATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "testdata", "tokenizer")
WORDS = {
    "whitespace": pre_tokenizers.Whitespace,
    "spaces": pre_tokenizers.WhitespaceSplit,
    "bytes": lambda: pre_tokenizers.ByteLevel(add_prefix_space=False),
}
TYPES = {
    "bpe": (models.BPE, trainers.BpeTrainer),
    "wordpiece": (models.WordPiece, trainers.WordPieceTrainer),
    "word": (models.WordLevel, trainers.WordLevelTrainer),
}


def snake_case(name):
    return re.sub("[A-Z]", lambda match: "_" + match[0].lower(), name)


def train(job, lines):
    """The vocabulary in the order of ids, and the merges."""
    model, trainer = TYPES[job["type"]]
    tokenizer = Tokenizer(model())
    tokenizer.pre_tokenizer = WORDS[job["words"]]()
    options = {snake_case(name): value for name, value in job["options"].items()}
    tokenizer.train_from_iterator(lines, trainer(show_progress=False, **options))
    vocab = tokenizer.get_vocab(with_added_tokens=False)
    assert sorted(vocab.values()) == list(range(len(vocab))), "the vocabulary has holes"
    merges = json.loads(tokenizer.to_str())["model"].get("merges", [])
    return {"vocab": sorted(vocab, key=vocab.get), "merges": merges}


def with_forms(job, lines):
    """The job with the forms of characters inside and at the end of words as special tokens.

    Without that, tokenizers gives them ids in the order of a hash map, which is another one in each run.
    """
    special = job["options"].get("specialTokens", [])
    start = train({**job, "options": {**job["options"], "vocabSize": 1}}, lines)["vocab"]
    forms = sorted(token for token in start if token not in special and len(token) > 1)
    return {**job, "options": {**job["options"], "specialTokens": special + forms}}


def golden_jobs(corpus):
    bert = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    repeats = ["aaaaaaa aaaa aaaaaa aaa aa aaaaa baaab aaba", "abababa ababa babab bababa ab ba", "aabaab abaaba baabaa aab aba baa"]
    letters = ["abbbaaaabab aab bbbabaa aaabb abaabbbab", "baaa bbbbbb ba a bbbaa aababab bbbb bb a a abbaaa aabbbba", "#a##a ##aa #aa# a#aa##a aa##"]
    return [
        {"name": "plain", "type": "bpe", "words": "whitespace", "options": {"vocabSize": 500}},
        {"name": "until no pair is frequent", "type": "bpe", "words": "spaces", "options": {"minFrequency": 3, "specialTokens": ["<unk>", "low", "a"]}},
        {"name": "byte level", "type": "bpe", "words": "bytes", "options": {"vocabSize": 600, "minFrequency": 2, "initialAlphabet": alphabet, "specialTokens": ["<|endoftext|>"]}},
        {"name": "rare characters left out", "type": "bpe", "words": "whitespace", "options": {"vocabSize": 300, "limitAlphabet": 27, "initialAlphabet": ["ß", "☃", "😀"]}},
        {"name": "short tokens", "type": "bpe", "words": "whitespace", "options": {"vocabSize": 400, "maxTokenLength": 5}},
        with_forms({"name": "end of word", "type": "bpe", "words": "whitespace", "options": {"vocabSize": 500, "endOfWordSuffix": "</w>"}}, corpus),
        with_forms({"name": "prefix and suffix", "type": "bpe", "words": "spaces", "options": {"vocabSize": 600, "continuingSubwordPrefix": "@@", "endOfWordSuffix": "$", "limitAlphabet": 56}}, corpus),
        {"name": "one token by many merges", "type": "bpe", "words": "spaces", "options": {}, "lines": repeats},
        {"name": "one token by many merges, short", "type": "bpe", "words": "spaces", "options": {"maxTokenLength": 6}, "lines": repeats},
        with_forms({"name": "a suffix that is a letter", "type": "bpe", "words": "spaces", "options": {"endOfWordSuffix": "a"}, "lines": letters}, letters),
        with_forms({"name": "a suffix that is a letter, short", "type": "bpe", "words": "spaces", "options": {"endOfWordSuffix": "a", "maxTokenLength": 3}, "lines": letters}, letters),
        with_forms({"name": "a prefix that is a letter", "type": "bpe", "words": "spaces", "options": {"minFrequency": 2, "continuingSubwordPrefix": "#"}, "lines": letters}, letters),
        with_forms({"name": "wordpiece", "type": "wordpiece", "words": "whitespace", "options": {"vocabSize": 600, "specialTokens": bert}}, corpus),
        with_forms({"name": "wordpiece until no pair is frequent", "type": "wordpiece", "words": "spaces", "options": {"minFrequency": 2, "specialTokens": ["[UNK]"], "limitAlphabet": 38}}, corpus),
        {"name": "all words", "type": "word", "words": "whitespace", "options": {}},
        {"name": "top words", "type": "word", "words": "spaces", "options": {"vocabSize": 50, "specialTokens": ["[PAD]", "[UNK]"]}},
        {"name": "frequent words", "type": "word", "words": "whitespace", "options": {"minFrequency": 2, "specialTokens": ["[UNK]"]}},
    ]


def make_golden():
    corpus = []
    for path in ("corpus.txt", "trainers/corpus.txt"):
        with open(os.path.join(TESTDATA, path), encoding="utf-8") as file:
            corpus += file.read().rstrip("\n").split("\n")
    cases = []
    for job in golden_jobs(corpus):
        lines = job.get("lines", corpus)
        result = train(job, lines)
        for _ in range(5):
            assert train(job, lines) == result, f"{job['name']}: tokenizers gives another result on each run"
        cases.append({**job, **result})
    with open(os.path.join(TESTDATA, "trainers", "golden.json"), "w", encoding="utf-8") as file:
        rows = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
        file.write(f'{{"program":"tokenizers {tokenizers.__version__}","cases":[\n{rows}\n]}}\n')


def run_jobs():
    for row in sys.stdin:
        job = json.loads(row)
        lines = job.get("lines")
        if lines is None:
            with open(job["file"], encoding="utf-8") as file:
                lines = file.read().rstrip("\n").split("\n")
        start = time.perf_counter()
        result = train(job, lines)
        print(json.dumps({**result, "seconds": time.perf_counter() - start}), flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["jobs"]:
        run_jobs()
    else:
        make_golden()
