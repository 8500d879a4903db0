import { sentenceBleu } from "@heed/metrics";
import type { MarianTokenizer } from "@heed/tokenizer";
import { mergeWords } from "@heed/alignment";
import {
  type AttentionSample,
  diagonalErrorRate,
  goldRecords,
  type ModelAlignments,
  sampleOf,
  scoreAlignments,
  tokenPair,
} from "./alignments.ts";
import { countWords } from "./clean_pair.ts";
import { crossAttentionRecords } from "./cross_attention.ts";
import type { Pair, PreparedData } from "./data.ts";
import type { AnyModel } from "./models.ts";
import type { Results } from "./results.ts";
import type { Translations } from "./scoring.ts";

/** What is studied, beside the models. */
export interface StudyOptions {
  readonly data: Pick<PreparedData, "alignment" | "test">;
  readonly tokenizer: MarianTokenizer;
  readonly translations: Translations;
  /** Gold pairs to draw: the longest. */
  readonly samples: number;
}

/** Words of the sentence whose translation is drawn. */
const DRAWN_WORDS = [9, 16] as const;

/** Compares what the two models with attention look at. */
export async function studyAlignments(
  { rnnsearch, transformer }: { rnnsearch: AnyModel; transformer: AnyModel },
  { data: { alignment, test }, tokenizer, translations, samples }: StudyOptions,
): Promise<Results["alignments"]> {
  const models = { rnnsearch, transformer };
  const records = {
    rnnsearch: await goldRecords(rnnsearch, alignment, tokenizer),
    transformer: await goldRecords(transformer, alignment, tokenizer),
  };
  const scored = {
    rnnsearch: scoreAlignments(records.rnnsearch, alignment),
    transformer: scoreAlignments(records.transformer, alignment),
  };
  const goldSample = (name: keyof typeof models, place: number) =>
    sampleOf(records[name][place][indexOfBest(scored[name])].record, alignment[place].links);
  const places = [...alignment.keys()]
    .sort((a, b) => alignment[b].source.length - alignment[a].source.length || a - b)
    .slice(0, samples);

  const place = drawnPlace(test, translations);
  async function ownSample(name: keyof typeof models): Promise<AttentionSample> {
    const pair = { source: test[place].source, target: translations[name][place] };
    const ofModel = await crossAttentionRecords(models[name], tokenPair(pair, tokenizer));
    return sampleOf(mergeWords(ofModel[indexOfBest(scored[name])].record));
  }
  const own = {
    rnnsearch: await ownSample("rnnsearch"),
    transformer: await ownSample("transformer"),
  };
  return {
    pairs: alignment.length,
    diagonal: diagonalErrorRate(alignment),
    ...scored,
    samples: [
      ...places.map((place) => ({
        rnnsearch: goldSample("rnnsearch", place),
        transformer: goldSample("transformer", place),
      })),
      own,
    ],
  };
}

function indexOfBest({ heads, best }: ModelAlignments): number {
  return heads.findIndex(({ layer, head, step }) =>
    layer === best.layer && head === best.head && step === best.step
  );
}

/** The sentence of middle length that both models translate best, so that its words can be followed. */
function drawnPlace(test: readonly Pair[], { rnnsearch, transformer }: Translations): number {
  const quality = ({ source, target }: Pair, place: number) => {
    const words = countWords(source);
    if (words < DRAWN_WORDS[0] || words > DRAWN_WORDS[1]) return -1;
    return Math.min(
      ...[rnnsearch, transformer].map((texts) => sentenceBleu(texts[place], target).score),
    );
  };
  const qualities = test.map(quality);
  return qualities.indexOf(Math.max(...qualities));
}
