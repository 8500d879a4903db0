"""Writes scores.json: what sacrebleu gives for hypothesis.txt and reference.txt."""

import json
from pathlib import Path

from sacrebleu.metrics import BLEU, CHRF

here = Path(__file__).parent
hypotheses = (here / "hypothesis.txt").read_text().splitlines()
references = [(here / "reference.txt").read_text().splitlines()]
scores = {}
for name, metric in (("bleu", BLEU()), ("chrf", CHRF())):
    score = metric.corpus_score(hypotheses, references).score
    scores[name] = {"score": score, "signature": str(metric.get_signature())}
(here / "scores.json").write_text(json.dumps(scores, indent=2) + "\n")
