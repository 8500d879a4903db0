"""Reference values for @heed/alignment: the same model, written sentence by sentence with dictionaries and sums
instead of rows and closed forms, the tension found by ternary search.

    python scripts/golden/aligner.py testdata/alignment/aligner.json
"""

import json
import math
import random
import sys

NULL = -1


def corpus():
    """40 pairs of 1 to 8 tokens: target token = 7 - source token, moved about, with words of no source."""
    draw = random.Random(3)
    pairs = []
    for _ in range(40):
        source = [draw.randrange(8) for _ in range(draw.randint(1, 8))]
        target = [7 - word for word in source if draw.random() < 0.9]
        if len(target) > 1 and draw.random() < 0.3:
            target[0], target[-1] = target[-1], target[0]
        if not target or draw.random() < 0.3:
            target.insert(draw.randint(0, len(target)), 8)
        pairs.append((source, target))
    return pairs


def distance(i, j, n, m):
    return abs((i + 1) / n - (j + 1) / m)


def normalizer(j, n, m, tension):
    return sum(math.exp(-tension * distance(i, j, n, m)) for i in range(n))


def train(pairs, iterations, tension, null_probability, learn):
    targets = {word for _, target in pairs for word in target}
    size = max(targets) + 1
    table = {}
    for source, target in pairs:
        for x in source + [NULL]:
            for y in target:
                table[x, y] = 1 / size
    likelihoods = []
    for _ in range(iterations):
        counts = {key: 0.0 for key in table}
        links, likelihood = [], 0.0
        for source, target in pairs:
            n, m = len(source), len(target)
            for j, y in enumerate(target):
                z = normalizer(j, n, m, tension)
                joint = [
                    (1 - null_probability) * math.exp(-tension * distance(i, j, n, m)) / z * table[x, y]
                    for i, x in enumerate(source)
                ]
                none = null_probability * table[NULL, y]
                total = none + sum(joint)
                likelihood += math.log(total)
                counts[NULL, y] += none / total
                for i, x in enumerate(source):
                    counts[x, y] += joint[i] / total
                    links.append((joint[i] / total, i, j, n, m))
        likelihoods.append(likelihood)
        totals = {}
        for (x, _), count in counts.items():
            totals[x] = totals.get(x, 0.0) + count
        table = {(x, y): count / totals[x] for (x, y), count in counts.items()}
        if learn:
            def loss(value):
                return sum(
                    p * (value * distance(i, j, n, m) + math.log(normalizer(j, n, m, value)))
                    for p, i, j, n, m in links
                )

            low, high = 0.0, 20.0
            while high - low > 1e-7:
                third = (high - low) / 3
                if loss(low + third) < loss(high - third):
                    high -= third
                else:
                    low += third
            tension = (low + high) / 2
    return table, tension, likelihoods


def viterbi(table, tension, null_probability, source, target):
    n, m = len(source), len(target)
    result = []
    for j, y in enumerate(target):
        z = normalizer(j, n, m, tension)
        scores = [null_probability * table.get((NULL, y), 0)] + [
            (1 - null_probability) * math.exp(-tension * distance(i, j, n, m)) / z * table.get((x, y), 0)
            for i, x in enumerate(source)
        ]
        result.append(max(range(n + 1), key=scores.__getitem__) - 1)
    return result


pairs = corpus()
cases = []
for name, options in [
    ("model 1", {"tension": 0, "learn": False}),
    ("fixed tension", {"tension": 4, "learn": False}),
    ("learned tension", {"tension": 4, "learn": True}),
]:
    table, tension, likelihoods = train(pairs, 4, options["tension"], 0.08, options["learn"])
    cases.append({
        "name": name,
        "options": {"tension": options["tension"], "learnTension": options["learn"], "iterations": 4},
        "tension": tension,
        "logLikelihoods": likelihoods,
        "table": [[x, y, p] for (x, y), p in sorted(table.items())],
        "alignments": [viterbi(table, tension, 0.08, *pair) for pair in pairs],
    })
with open(sys.argv[1], "w") as file:
    json.dump({"madeBy": f"Python {sys.version.split()[0]}", "pairs": pairs, "cases": cases}, file)
    file.write("\n")
