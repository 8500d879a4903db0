"""Fine-tunes a checkpoint on WNUT-17 with transformers and PyTorch, as transfer.ts does it with Heed.

    python apps/experiments/bert/wnut17_pytorch.py MODEL DATA [--steps N] [--threads 1] [--seed 1]

The same batches of 16 sentences, 4 passes, AdamW with a rate of 5e-5 that grows for a tenth of the steps and falls to
zero, decay 0.01 of matrices, gradients clipped to 1, dropout as the checkpoint says, the first token of each word. Prints
F1 by seqeval and the median of a step, without what comes before. `--steps` stops early, to see how long steps take.
"""

import argparse
import json
import random
import statistics
import time

import torch
from seqeval.metrics import f1_score
from transformers import AutoModelForTokenClassification, AutoTokenizer, get_linear_schedule_with_warmup

BATCH, PASSES, RATE, DECAY, MOST_TOKENS = 16, 4, 5e-5, 0.01, 128


def read(path: str) -> list[tuple[list[str], list[str]]]:
    sentences, words, tags = [], [], []
    for line in open(path, encoding="utf-8"):
        parts = line.rstrip("\n").split("\t")
        if len(parts) >= 2 and parts[0].strip():
            words.append(parts[0])
            tags.append(parts[1].strip())
        elif words:
            sentences.append((words, tags))
            words, tags = [], []
    return sentences + ([(words, tags)] if words else [])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("data")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    chance = random.Random(args.seed)
    train = read(f"{args.data}/wnut17/wnut17train.conll")
    test = read(f"{args.data}/wnut17/emerging.test.annotated")
    labels = sorted({tag for _, tags in train for tag in tags})
    number = {label: i for i, label in enumerate(labels)}
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = AutoModelForTokenClassification.from_pretrained(args.model, num_labels=len(labels))

    def encode(sentences):
        coded = tokenizer(
            [words for words, _ in sentences], is_split_into_words=True, truncation=True,
            max_length=MOST_TOKENS, padding=True, return_tensors="pt",
        )
        targets, begins = [], []
        for row, (_, tags) in enumerate(sentences):
            last, target, begin = None, [], []
            for word in coded.word_ids(row):
                starts = word is not None and word != last
                target.append(number[tags[word]] if starts and tags[word] in number else -100)
                begin.append(word if starts else None)
                last = word
            targets.append(target)
            begins.append(begin)
        return coded, torch.tensor(targets), begins

    still = ("bias", "LayerNorm.weight")
    groups = [
        {"params": [p for n, p in model.named_parameters() if not n.endswith(still)], "weight_decay": DECAY},
        {"params": [p for n, p in model.named_parameters() if n.endswith(still)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.999), eps=1e-8)
    steps = PASSES * -(-len(train) // BATCH)
    schedule = get_linear_schedule_with_warmup(optimizer, steps // 10, steps)
    model.train()
    times: list[float] = []
    begin = time.perf_counter()
    for _ in range(PASSES):
        # Sentences of similar length together, as the bucket of transfer.ts has them.
        order = list(range(len(train)))
        chance.shuffle(order)
        order.sort(key=lambda i: len(train[i][0]))
        batches = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
        chance.shuffle(batches)
        for batch in batches:
            if args.steps is not None and len(times) >= args.steps:
                break
            start = time.perf_counter()
            coded, target, _ = encode([train[i] for i in batch])
            loss = model(**coded, labels=target).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            times.append(time.perf_counter() - start)
    result = {
        "steps": len(times),
        "secondsPerStep": round(statistics.median(times), 4),
        "seconds": round(time.perf_counter() - begin, 1),
        "torch": torch.__version__,
    }
    if args.steps is None:
        model.eval()
        predicted, expected = [], []
        with torch.no_grad():
            for i in range(0, len(test), 32):
                part = test[i : i + 32]
                coded, _, begins = encode(part)
                best = model(**coded).logits.argmax(-1)
                for row, (words, tags) in enumerate(part):
                    found = ["O"] * len(words)
                    for at, word in enumerate(begins[row]):
                        if word is not None:
                            found[word] = labels[best[row, at]]
                    predicted.append(found)
                    expected.append(tags)
        result["entityF1"] = round(f1_score(expected, predicted), 4)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
