"""Compares @heed/tokenizer with sentencepiece in ids, pieces, offsets and n-best lists.

Usage: python scripts/golden/tokenizer_sentencepiece_compare.py MODEL [--lines FILE ...] [--limit N] [--nbest N]
       [--nbest-lines N] [--sample TEXT --draws N]

MODEL is a SentencePiece model of any type. Files are read line by line; a .tsv (or .tsv.xz) file gives its first two
columns. --nbest and --sample are for unigram models (--sample for BPE too); --sample prints how far the frequencies
of sampled cuts are from sentencepiece's. Needs sentencepiece; deno must be on the PATH. Exits 1 if ids, pieces,
offsets or lists differ.
"""

import argparse
import collections
import json
import os
import struct
import subprocess
import sys

import sentencepiece

from tokenizer_compare import HARD, random_strings, read_lines

HERE = os.path.dirname(os.path.abspath(__file__))


def utf16_offsets(text):
    """For each byte of the text's UTF-8 at which a character begins, the UTF-16 unit."""
    offsets = {}
    byte = unit = 0
    for character in text:
        offsets[byte] = unit
        byte += len(character.encode())
        unit += 2 if ord(character) > 0xFFFF else 1
    offsets[byte] = unit
    return offsets


def fields(proto, text):
    offsets = utf16_offsets(text)
    return {
        "ids": [piece.id for piece in proto.pieces],
        "tokens": [piece.piece for piece in proto.pieces],
        "offsets": [[offsets[piece.begin], offsets[piece.end]] for piece in proto.pieces],
    }


def float32(number):
    return struct.unpack("f", struct.pack("f", number))[0]


def run_ours(model, requests):
    runner = ["deno", "run", "--allow-read", os.path.join(HERE, "tokenizer_sentencepiece_encode.ts"), os.path.abspath(model)]
    stdin = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run(runner, input=stdin, capture_output=True, text=True, check=False, cwd=HERE)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def compare_samples(processor, args):
    for options in ({"nBest": -1, "alpha": args.alpha}, {"nBest": 8, "alpha": args.alpha}):
        ours = run_ours(args.model, [{"text": args.sample, "draws": args.draws, **options}])[0]["samples"]
        theirs = [
            processor.encode(args.sample, enable_sampling=True, nbest_size=options["nBest"], alpha=args.alpha)
            for _ in range(args.draws)
        ]
        counts = [collections.Counter(map(tuple, draws)) for draws in (ours, theirs)]
        distance = sum(abs(counts[0][cut] - counts[1][cut]) for cut in counts[0] | counts[1]) / 2 / args.draws
        # How far two samples of one distribution are apart: sentencepiece against itself.
        halves = [collections.Counter(map(tuple, theirs[k::2])) for k in (0, 1)]
        noise = sum(abs(halves[0][cut] - halves[1][cut]) for cut in halves[0] | halves[1]) / args.draws
        print(
            f"{args.draws} samples of {args.sample!r}, {options}: {len(counts[0])} and {len(counts[1])} different "
            f"cuts, total variation distance {distance:.4f} (halves of sentencepiece's own: {noise:.4f})"
        )
        for cut, count in counts[1].most_common(5):
            print(f"  {count / args.draws:.4f} {counts[0][cut] / args.draws:.4f} {processor.id_to_piece(list(cut))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--lines", nargs="*", default=[], help="text files")
    parser.add_argument("--limit", type=int, default=20000, help="lines taken from each file")
    parser.add_argument("--random", type=int, default=2000, help="random strings")
    parser.add_argument("--nbest", type=int, default=0, help="length of n-best lists")
    parser.add_argument("--nbest-lines", type=int, default=2000, help="texts that n-best lists are compared on")
    parser.add_argument("--sample", help="a text to sample cuts of")
    parser.add_argument("--draws", type=int, default=20000)
    parser.add_argument("--alpha", type=float, default=0.2)
    args = parser.parse_args()
    texts = HARD + random_strings(args.random)
    for path in args.lines:
        texts += read_lines(path, args.limit)
    step = max(1, len(texts) // args.nbest_lines)
    requests = [{"text": text, **({"nBest": args.nbest} if args.nbest and i % step == 0 else {})} for i, text in enumerate(texts)]
    ours = run_ours(args.model, requests)
    assert len(ours) == len(texts)

    processor = sentencepiece.SentencePieceProcessor(model_file=args.model)
    differences = collections.Counter()

    def check(key, text, own, expected):
        if own == expected:
            return
        differences[key] += 1
        if differences[key] <= 3:
            print(f"{key} of {text!r}:\n  ours      {own!r}\n  reference {expected!r}")

    lists = 0
    for request, own in zip(requests, ours):
        text = request["text"]
        expected = fields(processor.encode(text, return_type="proto"), text)
        expected["text"] = processor.decode(expected["ids"])
        for key, value in expected.items():
            check(key, text, own[key], value)
        if args.nbest and "nBest" in request and text:
            lists += 1
            cuts = processor.nbest_encode(text, nbest_size=args.nbest, return_type="proto").nbests
            check("nbest cuts", text, [cut["ids"] for cut in own["cuts"]], [[p.id for p in cut.pieces] for cut in cuts])
            check("nbest offsets", text, [cut["offsets"] for cut in own["cuts"]], [fields(cut, text)["offsets"] for cut in cuts])
            check("nbest scores", text, [float32(cut["score"]) for cut in own["cuts"]], [cut.score for cut in cuts])
    size = sum(len(text.encode()) for text in texts)
    print(
        f"{args.model}: {len(texts)} texts, {size} bytes, {lists} n-best lists, against sentencepiece "
        f"{sentencepiece.__version__}: {sum(differences.values())} differences {dict(differences)}"
    )
    if args.sample:
        compare_samples(processor, args)
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
