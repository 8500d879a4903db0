import type { ConfidenceCalibration } from "./confidence/confidence_calibration.ts";
import { rateSentence, rateWords } from "./confidence/rate_hypothesis.ts";
import type { TranslatedWord, WordSpan } from "./confidence/translated_words.ts";
import type { TranslationModel, TranslationTokenizer } from "./model.ts";
import type { FinishedPieces, FinishedUnit } from "./finish/finish_units.ts";
import type { TextPlan, Unit } from "./text_plan.ts";
import type { SentenceTranslation, TranslateOptions, Translation } from "./translation.ts";

/** What a translation is made of: hypotheses of all units, and who explains and rates them. */
export interface AssembleOptions {
  readonly model: TranslationModel;
  readonly tokenizer: TranslationTokenizer;
  /** What turns the model's probabilities into confidence, if anything does. */
  readonly confidence: ConfidenceCalibration | undefined;
  /** What each unit became. */
  readonly piecesOf: (unit: Unit, rank: number) => FinishedPieces;
  /** Which translation of each unit is taken, 0 the best. */
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
  const { tokenizer, confidence, piecesOf, rank, options, findWords } = parts;
  let translation = "";
  let weightedScore = 0;
  let weightedConfidence = 0;
  let tokens = 0;
  let ratedTokens = 0;
  let isUntranslated = false;
  const words: TranslatedWord[] = [];
  const sentences: SentenceTranslation[] = [];
  const pieces = plan.flatMap((piece) =>
    typeof piece === "string" ? [piece] : piecesOf(piece, rank)
  );
  for (const piece of pieces) {
    if (typeof piece === "string") {
      translation += piece;
      continue;
    }
    const { text, found } = piece;
    if (found === undefined) {
      translation += text;
      isUntranslated = true;
      // It is as wrong as a translation can be.
      if (confidence) ratedTokens += tokenizer.encode(piece.source).ids.length;
      if (options.attention) sentences.push(untranslated(piece, confidence !== undefined));
      continue;
    }
    const { hypothesis, output } = found;
    if (findWords) {
      const rated = rateWords(output, {
        hypothesis,
        decode: (ids) => tokenizer.decode(ids),
        findWords,
        calibration: confidence,
        offset: 0,
      });
      for (const word of moveWords(rated, { text, output })) {
        const [start, end] = [word.start, word.end].map((place) => place + translation.length);
        words.push({ ...word, start, end });
      }
    }
    translation += text;
    const rating = confidence && rateSentence(hypothesis, confidence);
    weightedConfidence += (rating ?? 0) * hypothesis.ids.length;
    weightedScore += hypothesis.score * hypothesis.ids.length;
    tokens += hypothesis.ids.length;
    ratedTokens += hypothesis.ids.length;
    if (options.attention) {
      options.signal?.throwIfAborted();
      sentences.push({
        ...await explain(piece, found, parts),
        ...(rating !== undefined && { confidence: rating }),
      });
    }
  }
  const score = tokens === 0 ? 0 : weightedScore / tokens;
  const result = {
    source,
    translation,
    score,
    ...(confidence && { confidence: ratedTokens === 0 ? 1 : weightedConfidence / ratedTokens }),
    ...(findWords && { words }),
    ...(isUntranslated && { untranslated: true as const }),
  };
  if (!options.attention) return result;
  if (sentences.length > 1) return { ...result, sentences };
  const { sourceTokens = [], targetTokens = [], attention = [] } = sentences.at(0) ?? {};
  return { ...result, sourceTokens, targetTokens, attention };
}

/** A sentence that stands as it was. */
function untranslated({ source, text }: FinishedUnit, isRated: boolean): SentenceTranslation {
  const nothing = { score: 0, sourceTokens: [], targetTokens: [], attention: [] };
  const rating = isRated ? { confidence: 0 } : {};
  return { source, translation: text, ...nothing, ...rating, untranslated: true };
}

/** Finds the words that a model wrote in what was made of its output; those that were replaced are left out. */
function moveWords(
  words: readonly TranslatedWord[],
  { text, output }: Pick<FinishedUnit, "text"> & { output: string },
): TranslatedWord[] {
  if (text === output) return [...words];
  const moved: TranslatedWord[] = [];
  let done = 0;
  for (const word of words) {
    const places = [word.text, word.text.toUpperCase()]
      .map((form) => ({ form, start: text.indexOf(form, done) }))
      .filter(({ start }) => start >= 0).sort((a, b) => a.start - b.start);
    if (places.length === 0) continue;
    const [{ form, start }] = places;
    done = start + form.length;
    moved.push({ ...word, text: form, start, end: done });
  }
  return moved;
}

/** Adds tokens and attention to a translated sentence. */
async function explain(
  { source, text }: FinishedUnit,
  { ids, tokens, hypothesis }: NonNullable<FinishedUnit["found"]>,
  { model, tokenizer }: Pick<AssembleOptions, "model" | "tokenizer">,
): Promise<SentenceTranslation> {
  const { weights, targetLength, sourceLength } = await model.crossAttention(ids, hypothesis.ids);
  return {
    source,
    translation: text,
    score: hypothesis.score,
    sourceTokens: tokens,
    targetTokens: hypothesis.ids.map((id) => tokenizer.idToToken(id) ?? String(id)),
    attention: Array.from(
      { length: targetLength },
      (_, target) => [...weights.subarray(target * sourceLength, (target + 1) * sourceLength)],
    ),
  };
}
