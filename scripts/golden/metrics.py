"""Makes testdata/metrics/: segments made from real German sentences, and sacrebleu's scores of them.

    python scripts/golden/metrics.py HANDBOOK.tsv testdata/metrics

HANDBOOK.tsv holds English, German and source, separated by tabs.
"""

import json
import pathlib
import random
import sys

import sacrebleu
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

# Hypothesis and two references (None: there is no second one), each for a surprise of some metric.
SPECIAL = [
    ("", "Nichts wurde übersetzt.", "Es fehlt alles."),
    ("Zu viel.", "", None),
    ("", "", ""),
    ("   \t ", "Nur Leerraum.", "Leerraum"),
    ("ja", "ja", "nein"),
    ("a b c", "a b c", "a b"),
    ("Die &quot;Datei&quot; &amp;lt; 3 &lt; 4 &gt; 2 &amp; so", 'Die "Datei" < 3 < 4 > 2 & so', None),
    ("Ein Wort<skipped> und Silben-\ntrennung\nhier", "Ein Wort und Silbentrennung hier", "Ein Wort"),
    ("1,000.5 und 3,5 oder 1.2.3, dann 4-5 und x-y.", "1,000.5 und 3,5 oder 1.2.3, dann 4 - 5 und x-y.", None),
    ("...,,, ((a)) [b]{c} ~/x@y.de#1$2%3^4*5+6=7|8\\9", "(a) [b] {c} ~/x@y.de # 1 $ 2 % 3 ^ 4 * 5", "a b c"),
    ("Straße, Übung: ÄÖÜ äöü ß ẞ", "STRASSE, ÜBUNG: äöü ÄÖÜ SS ß", "straße übung"),
    ("日本語のテキスト。これは何ですか", "日本語の文章。これは何ですか?", "これは日本語です。"),
    ("Сегодня хорошая погода… «да» — нет", "Сегодня плохая погода… «да» – нет", None),
    ("😀😁 Gesicht 👩‍👩‍👧 𝒳𝒴", "😀 Gesicht 👩‍👧 𝒳 𝒴😁", "😁"),
    ("a\u00a0b\u2003c\u3000d\u0085e\u001ff\ufeffg\u200bh", "a b c d e f\ufeffg h", "a b c d e fg\u200bh"),
    ("ΟΔΥΣΣΕΥΣ İstanbul ǅ", "Οδυσσεύς istanbul ǆ", "οδυσσευς"),
    ("e\u0301 und é", "é und e\u0301", None),
    ('"Quoted," she said; (really?) don\'t!', "„Quoted“, she said; (really?) don't!", "Quoted, she said."),
    ("wort wort wort wort wort", "wort wort", "wort wort wort"),
    ("kurz", "Das hier ist ein viel längerer Satz als die Hypothese.", "Auch lang, aber kürzer."),
    ("Endet mit Punkt .", "Endet mit Punkt.", "Endet mit Punkt ."),
]


def perturb(rng, sentence, strength):
    """Sentence with words dropped, doubled, swapped, misspelt or in another case."""
    words = sentence.split()
    out = []
    for word in words:
        if rng.random() >= strength:
            out.append(word)
            continue
        kind = rng.randrange(6)
        if kind == 0:
            continue
        if kind == 1:
            out += [word, word]
        elif kind == 2 and out:
            out.insert(len(out) - 1, word)
        elif kind == 3:
            at = rng.randrange(len(word))
            out.append(word[:at] + rng.choice("aeinrstüß.,-") + word[at + 1 :])
        elif kind == 4:
            out.append(word.swapcase())
        else:
            out.append(rng.choice(words))
    return " ".join(out)


def make_segments(path):
    rng = random.Random(6)
    rows = [line.rstrip("\n").split("\t") for line in open(path, encoding="utf-8")]
    segments = []
    for german in [row[1] for row in rows][::10]:
        second = None if rng.random() < 0.2 else perturb(rng, german, 0.3)
        segments.append((perturb(rng, german, rng.choice([0.0, 0.1, 0.3, 0.6, 0.9])), german, second))
    return segments + SPECIAL


BLEU_OPTIONS = [
    {},
    {"lowercase": True},
    {"tokenize": "none"},
    {"smooth_method": "floor"},
    {"smooth_method": "floor", "smooth_value": 0.01},
    {"smooth_method": "add-k"},
    {"smooth_method": "add-k", "smooth_value": 0.5, "lowercase": True},
    {"smooth_method": "none"},
    {"effective_order": True},
    {"max_ngram_order": 6},
    {"max_ngram_order": 2, "effective_order": True, "smooth_method": "floor"},
]
CHRF_OPTIONS = [
    {},
    {"word_order": 2},
    {"word_order": 1, "beta": 3},
    {"lowercase": True},
    {"whitespace": True},
    {"eps_smoothing": True},
    {"eps_smoothing": True, "word_order": 2},
    {"char_order": 4, "beta": 1},
]


def score_all(name, metric, options, segments):
    """The scores of the whole, of tiny corpora and of single segments, with signatures."""
    hyps, first, second = ([s[i] for s in segments] for i in range(3))
    both = [s for s in segments if s[2] is not None]
    columns = [[s[i] for s in both] for i in range(3)]

    def corpus(h, refs):
        m = metric(**options)
        return [m.corpus_score(h, refs).score, m.get_signature().format()]

    sentence = dict(options) if name == "chrf" else {"effective_order": True, **options}
    single = metric(**sentence)
    return {
        "metric": name,
        "options": options,
        "one": corpus(hyps, [first]),
        "two": corpus(columns[0], columns[1:]),
        "varying": corpus(hyps, [first, second]),
        "tiny": [corpus(hyps[i : i + 2], [first[i : i + 2]])[0] for i in range(0, len(hyps) - 1, 2)],
        "sentences": [single.sentence_score(h, [r for r in refs if r is not None]).score for h, *refs in segments],
    }


def main():
    source, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    segments = make_segments(source)
    golden = {
        "program": f"sacrebleu {sacrebleu.__version__}",
        "segments": segments,
        "tokens": [Tokenizer13a()(s[0].rstrip()) for s in segments],
    }
    scores = [score_all("bleu", BLEU, o, segments) for o in BLEU_OPTIONS]
    scores += [score_all("chrf", CHRF, o, segments) for o in CHRF_OPTIONS]
    lines = [f'"{key}": ' + json.dumps(value, ensure_ascii=False) for key, value in golden.items()]
    rows = ",\n".join(json.dumps(s) for s in scores)
    text = "{\n" + ",\n".join(lines) + f',\n"scores": [\n{rows}\n]\n}}\n'
    (folder / "sacrebleu.json").write_text(text, encoding="utf-8")


main()
