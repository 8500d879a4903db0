import type { Hypothesis } from "@heed/search";
import type { ConfidenceCalibration } from "./confidence/confidence_calibration.ts";
import { rateSentence, rateWords } from "./confidence/rate_hypothesis.ts";
import type { TranslatedWord, WordSpan } from "./confidence/translated_words.ts";
import type { TranslationModel, TranslationTokenizer } from "./model.ts";
import type { TextPlan, Unit } from "./text_plan.ts";
import type { SentenceTranslation, TranslateOptions, Translation } from "./translation.ts";

/** What a translation is made of: hypotheses of all units, and who explains and rates them. */
export interface AssembleOptions {
  readonly model: TranslationModel;
  readonly tokenizer: TranslationTokenizer;
  /** What turns the model's probabilities into confidence, if anything does. */
  readonly confidence: ConfidenceCalibration | undefined;
  readonly hypotheses: ReadonlyMap<Unit, Hypothesis[]>;
  /** Which hypothesis of each unit is taken, 0 the best. */
  readonly rank: number;
  readonly options: TranslateOptions;
  /** Finds the words of a translation, where they are asked for. */
  readonly findWords: ((text: string) => WordSpan[]) | undefined;
}

/** Puts the translations of a text's units in their places. */
export async function assembleTranslation(
  source: string,
  plan: TextPlan,
  parts: AssembleOptions,
): Promise<Translation> {
  const { tokenizer, confidence, hypotheses, rank, options, findWords } = parts;
  let translation = "";
  let weightedScore = 0;
  let weightedConfidence = 0;
  let tokens = 0;
  const words: TranslatedWord[] = [];
  const sentences: SentenceTranslation[] = [];
  for (const piece of plan) {
    if (typeof piece === "string") {
      translation += piece;
      continue;
    }
    const ranked = hypotheses.get(piece)!;
    const hypothesis = ranked[Math.min(rank, ranked.length - 1)];
    const text = tokenizer.decode(hypothesis.ids).trim();
    if (findWords) {
      const rated = rateWords(text, {
        hypothesis,
        decode: (ids) => tokenizer.decode(ids),
        findWords,
        calibration: confidence,
        offset: translation.length,
      });
      for (const word of rated) words.push(word);
    }
    translation += text;
    const rating = confidence && rateSentence(hypothesis, confidence);
    weightedConfidence += (rating ?? 0) * hypothesis.ids.length;
    weightedScore += hypothesis.score * hypothesis.ids.length;
    tokens += hypothesis.ids.length;
    if (options.attention) {
      options.signal?.throwIfAborted();
      const explained = await explain(piece, { text, hypothesis }, parts);
      sentences.push(rating === undefined ? explained : { ...explained, confidence: rating });
    }
  }
  const score = tokens === 0 ? 0 : weightedScore / tokens;
  let result: Translation = { source, translation, score };
  if (confidence) {
    result = { ...result, confidence: tokens === 0 ? 1 : weightedConfidence / tokens };
  }
  if (findWords) result = { ...result, words };
  if (!options.attention) return result;
  if (sentences.length > 1) return { ...result, sentences };
  const { sourceTokens = [], targetTokens = [], attention = [] } = sentences.at(0) ?? {};
  return { ...result, sourceTokens, targetTokens, attention };
}

/** Adds tokens and attention to a translated sentence. */
async function explain(
  unit: Unit,
  { text, hypothesis }: { text: string; hypothesis: Hypothesis },
  { model, tokenizer }: Pick<AssembleOptions, "model" | "tokenizer">,
): Promise<SentenceTranslation> {
  const { weights, targetLength, sourceLength } = await model.crossAttention(
    unit.ids,
    hypothesis.ids,
  );
  return {
    source: unit.text,
    translation: text,
    score: hypothesis.score,
    sourceTokens: unit.tokens,
    targetTokens: hypothesis.ids.map((id) => tokenizer.idToToken(id) ?? String(id)),
    attention: Array.from(
      { length: targetLength },
      (_, target) => [...weights.subarray(target * sourceLength, (target + 1) * sourceLength)],
    ),
  };
}
