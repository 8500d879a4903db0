import { bleu, type BleuStatistics, chrf } from "@heed/metrics";
import { bleuOf, bleuStatistics, sumStatistics } from "./bleu_statistics.ts";
import { bleuInterval, compareBleu } from "./bootstrap.ts";
import { countWords } from "./clean_pair.ts";
import { type Architecture, architectures, type ExperimentConfig } from "./config.ts";
import { binOf, type Pair } from "./data.ts";
import type { LengthBin, Scores, TranslationSample } from "./results.ts";

/** Translations of the test set by each model, in its order. */
export type Translations = Readonly<Record<Architecture, readonly string[]>>;

/** Scores translations by the length of their sources. */
export function scoreTranslations(
  test: readonly Pair[],
  translations: Translations,
  { seed, scores: { bins, longerThan, resamples } }: Pick<ExperimentConfig, "seed" | "scores">,
): Scores {
  const words = test.map(({ source }) => countWords(source));
  const statistics = byArchitecture((name) =>
    test.map(({ target }, i) => bleuStatistics(translations[name][i], target))
  );
  const draw = { resamples, seed };
  const at = <T>(list: readonly T[], places: readonly number[]) => places.map((i) => list[i]);
  const statisticsAt = (name: Architecture, places: readonly number[]): BleuStatistics[] =>
    at(statistics[name], places);

  function score(places: readonly number[], range: { least: number; most?: number }): LengthBin {
    const references = at(test, places).map(({ target }) => target);
    return {
      ...range,
      sentences: places.length,
      meanWords: at(words, places).reduce((a, b) => a + b, 0) / places.length,
      scores: byArchitecture((name) => {
        const own = statisticsAt(name, places);
        return {
          bleu: bleuOf(sumStatistics(own)),
          interval: bleuInterval(own, draw),
          chrf: chrf(at(translations[name], places), references).score,
        };
      }),
    };
  }

  const everywhere = [...test.keys()];
  const long = everywhere.filter((i) => words[i] > longerThan);
  if (long.length === 0) {
    throw new RangeError(
      `Cannot score long sentences: none of the ${test.length} of the test set has over ` +
        `${longerThan} words; give another test set or another longerThan`,
    );
  }
  const references = test.map(({ target }) => target);
  return {
    bleuSignature: bleu(translations.rnnsearch, references).signature,
    chrfSignature: chrf(translations.rnnsearch, references).signature,
    all: score(everywhere, { least: 1 }),
    long: score(long, { least: longerThan + 1 }),
    bins: [...bins, undefined].flatMap((most, bin) => {
      const places = everywhere.filter((i) => binOf(words[i], bins) === bin);
      const least = (bins[bin - 1] ?? 0) + 1;
      return places.length === 0 ? [] : [score(places, { least, most })];
    }),
    attentionOnLong: compareBleu(
      statisticsAt("rnnsearch", long),
      statisticsAt("rnnencdec", long),
      draw,
    ),
    transformerOnAll: compareBleu(statistics.transformer, statistics.rnnsearch, draw),
  };
}

/** One sentence of each bin, the one in the middle of its list: nobody chose it. */
export function sampleTranslations(
  test: readonly Pair[],
  translations: Translations,
  { scores: { bins } }: Pick<ExperimentConfig, "scores">,
): TranslationSample[] {
  return [...bins, Infinity].flatMap((_, bin) => {
    const places = [...test.keys()].filter((i) => binOf(countWords(test[i].source), bins) === bin);
    if (places.length === 0) return [];
    const place = places[places.length >> 1];
    const { source, target } = test[place];
    return [{
      words: countWords(source),
      source,
      reference: target,
      translations: byArchitecture((name) => translations[name][place]),
    }];
  });
}

/** A record with a value for each architecture. */
export function byArchitecture<T>(value: (name: Architecture) => T): Record<Architecture, T> {
  return Object.fromEntries(architectures.map((name) => [name, value(name)])) as Record<
    Architecture,
    T
  >;
}
