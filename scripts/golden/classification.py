"""Makes testdata/metrics/classification.json: what scikit-learn and seqeval give for random labels and tags.

    python scripts/golden/classification.py testdata/metrics/classification.json
"""

import json
import random
import sys

import seqeval.metrics as entities
import sklearn
import sklearn.metrics as labels


def main() -> None:
    chance = random.Random(7)
    names = ["ham", "spam", "egg", "never"]
    cases = []
    for count, wrong in ((40, 0.3), (12, 0.9), (5, 0.0)):
        expected = [chance.choice(names[:3]) for _ in range(count)]
        predicted = [chance.choice(names) if chance.random() < wrong else name for name in expected]
        precision, recall, f1, support = labels.precision_recall_fscore_support(
            expected, predicted, zero_division=0
        )
        cases.append({
            "predicted": predicted,
            "expected": expected,
            "accuracy": labels.accuracy_score(expected, predicted),
            "macroF1": labels.f1_score(expected, predicted, average="macro", zero_division=0),
            "matthews": labels.matthews_corrcoef(expected, predicted),
            "precision": precision.tolist(),
            "recall": recall.tolist(),
            "f1": f1.tolist(),
            "support": support.tolist(),
            "confusion": labels.confusion_matrix(expected, predicted).tolist(),
        })
    tags = ["O", "O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
    tagged = []
    for sentences in (20, 6):
        expected = [[chance.choice(tags) for _ in range(chance.randint(1, 9))] for _ in range(sentences)]
        predicted = [[tag if chance.random() < 0.8 else chance.choice(tags) for tag in row] for row in expected]
        tagged.append({
            "predicted": predicted,
            "expected": expected,
            "precision": entities.precision_score(expected, predicted),
            "recall": entities.recall_score(expected, predicted),
            "f1": entities.f1_score(expected, predicted),
            "types": {
                name: {key.replace("f1-score", "f1"): float(value) for key, value in values.items()}
                for name, values in entities.classification_report(
                    expected, predicted, output_dict=True
                ).items()
                if name in ("PER", "LOC")
            },
        })
    made_with = {
        "program": "scripts/golden/classification.py",
        "scikit-learn": sklearn.__version__,
        "seqeval": "1.2.2",
    }
    with open(sys.argv[1], "w") as file:
        json.dump({"madeWith": made_with, "labels": cases, "tags": tagged}, file)
        file.write("\n")


if __name__ == "__main__":
    main()
