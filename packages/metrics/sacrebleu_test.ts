import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { bleu, type BleuOptions, type BleuSmoothing, sentenceBleu } from "./bleu.ts";
import { chrf, type ChrfOptions, sentenceChrf } from "./chrf.ts";
import type { References } from "./references.ts";
import { tokenize13a } from "./tokenize_13a.ts";

/** Options under the names that sacrebleu has for them. */
interface GoldenOptions {
  lowercase?: boolean;
  tokenize?: "none";
  smooth_method?: BleuSmoothing;
  smooth_value?: number;
  effective_order?: boolean;
  max_ngram_order?: number;
  char_order?: number;
  word_order?: number;
  beta?: number;
  whitespace?: boolean;
  eps_smoothing?: boolean;
}

interface Golden {
  program: string;
  /** Hypothesis, reference, and for most a second reference. */
  segments: [string, string, string | null][];
  tokens: string[];
  scores: {
    metric: "bleu" | "chrf";
    options: GoldenOptions;
    one: [number, string];
    two: [number, string];
    varying: [number, string];
    tiny: number[];
    sentences: number[];
  }[];
}

const golden: Golden = JSON.parse(
  await Deno.readTextFile(new URL("../../testdata/metrics/sacrebleu.json", import.meta.url)),
);
const hypotheses = golden.segments.map(([hypothesis]) => hypothesis);
const first = golden.segments.map(([, reference]) => reference);
const second = golden.segments.map(([, , reference]) => reference ?? undefined);

/** The metric with its options, for a corpus and for a sentence. */
function metricOf({ metric, options }: Golden["scores"][number]) {
  if (metric === "bleu") {
    const own: BleuOptions = {
      lowercase: options.lowercase,
      tokenize: options.tokenize,
      smoothing: options.smooth_method,
      smoothingValue: options.smooth_value,
      maxNgramOrder: options.max_ngram_order,
    };
    const { effective_order: effectiveOrder } = options;
    return {
      corpus: (h: string[], r: References) => bleu(h, r, { ...own, effectiveOrder }),
      sentence: (h: string, r: string[]) => sentenceBleu(h, r, own),
    };
  }
  const own: ChrfOptions = {
    characterOrder: options.char_order,
    wordOrder: options.word_order,
    beta: options.beta,
    lowercase: options.lowercase,
    whitespace: options.whitespace,
    epsSmoothing: options.eps_smoothing,
  };
  return {
    corpus: (h: string[], r: References) => chrf(h, r, own),
    sentence: (h: string, r: string[]) => sentenceChrf(h, r, own),
  };
}

/** Both sides compute in float64; only the order of additions may differ. */
const TOLERANCE = 1e-9;

for (const wanted of golden.scores) {
  const name = `${wanted.metric} with ${JSON.stringify(wanted.options)}`;
  const { corpus, sentence } = metricOf(wanted);

  Deno.test(`${name} of a corpus equals ${golden.program}`, () => {
    assert(hypotheses.length > 200);
    const both = golden.segments.filter(([, , reference]) => reference !== null);
    const found = {
      one: corpus(hypotheses, first),
      two: corpus(both.map(([h]) => h), [both.map(([, r]) => r), both.map(([, , r]) => r!)]),
      varying: corpus(hypotheses, [first, second]),
    };
    for (const key of ["one", "two", "varying"] as const) {
      assertAlmostEquals(found[key].score, wanted[key][0], TOLERANCE, key);
      assertEquals(found[key].signature, wanted[key][1]);
    }
    assert(wanted.one[0] > 20 && wanted.one[0] < 90);
  });

  Deno.test(`${name} of corpora of two segments equals ${golden.program}`, () => {
    wanted.tiny.forEach((score, i) => {
      const found = corpus(hypotheses.slice(2 * i, 2 * i + 2), first.slice(2 * i, 2 * i + 2));
      assertAlmostEquals(found.score, score, TOLERANCE, `segments ${2 * i} and ${2 * i + 1}`);
    });
  });

  Deno.test(`${name} of a sentence equals ${golden.program}`, () => {
    golden.segments.forEach(([hypothesis, ...references], i) => {
      const found = sentence(hypothesis, references.filter((text) => text !== null));
      assertAlmostEquals(found.score, wanted.sentences[i], TOLERANCE, `segment ${i}`);
    });
  });
}

Deno.test(`tokenize13a() equals ${golden.program}`, () => {
  hypotheses.forEach((text, i) => {
    const wanted = golden.tokens[i];
    assertEquals(tokenize13a(text), wanted === "" ? [] : wanted.split(" "));
  });
});
