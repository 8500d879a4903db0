import type { Hypothesis } from "@heed/search";
import type { ConfidenceCalibration } from "./confidence/confidence_calibration.ts";
import { rateSentence, rateWords } from "./confidence/rate_hypothesis.ts";
import type { TranslatedWord, WordSpan } from "./confidence/translated_words.ts";
import type { TranslationModel, TranslationTokenizer } from "./model.ts";
import type { Unit } from "./text_plan.ts";
import type { SentenceTranslation, TranslateOptions, Translation } from "./translation.ts";

/** What a translation is made of, and who explains and rates it. */
export interface AssembleOptions {
  readonly model: TranslationModel;
  readonly tokenizer: TranslationTokenizer;
  /** What turns the model's probabilities into confidence, if anything does. */
  readonly confidence: ConfidenceCalibration | undefined;
  /** Which hypothesis of each unit is taken, 0 the best. */
  readonly rank: number;
  readonly options: TranslateOptions;
  /** Finds the words of a translation, where they are asked for. */
  readonly findWords: ((text: string) => WordSpan[]) | undefined;
}

/** Puts the translations of a text's units in their places, as they come. */
export class TranslationAssembly {
  readonly #source: string;
  readonly #parts: AssembleOptions;
  #translation = "";
  #weightedScore = 0;
  #weightedConfidence = 0;
  #tokens = 0;
  readonly #words: TranslatedWord[] = [];
  readonly #sentences: SentenceTranslation[] = [];

  constructor(source: string, parts: AssembleOptions) {
    this.#source = source;
    this.#parts = parts;
  }

  /** Adds what stands between units as it is. */
  keep(text: string): void {
    this.#translation += text;
  }

  /** Adds a unit of which these are the hypotheses, the best first. */
  async add(unit: Unit, hypotheses: readonly Hypothesis[]): Promise<void> {
    const { tokenizer, confidence, rank, options, findWords } = this.#parts;
    const hypothesis = hypotheses[Math.min(rank, hypotheses.length - 1)];
    const text = tokenizer.decode(hypothesis.ids).trim();
    if (findWords) {
      const rated = rateWords(text, {
        hypothesis,
        decode: (ids) => tokenizer.decode(ids),
        findWords,
        calibration: confidence,
        offset: this.#translation.length,
      });
      for (const word of rated) this.#words.push(word);
    }
    this.#translation += text;
    const rating = confidence && rateSentence(hypothesis, confidence);
    this.#weightedConfidence += (rating ?? 0) * hypothesis.ids.length;
    this.#weightedScore += hypothesis.score * hypothesis.ids.length;
    this.#tokens += hypothesis.ids.length;
    if (!options.attention) return;
    options.signal?.throwIfAborted();
    this.#sentences.push({
      ...await explain(unit, { text, hypothesis }, this.#parts),
      ...(rating !== undefined && { confidence: rating }),
    });
  }

  /** The translation, once all is added. */
  finish(): Translation {
    const { confidence, options, findWords } = this.#parts;
    const tokens = this.#tokens, sentences = this.#sentences;
    const result = {
      source: this.#source,
      translation: this.#translation,
      score: tokens === 0 ? 0 : this.#weightedScore / tokens,
      ...(confidence && { confidence: tokens === 0 ? 1 : this.#weightedConfidence / tokens }),
      ...(findWords && { words: this.#words }),
    };
    if (!options.attention) return result;
    if (sentences.length > 1) return { ...result, sentences };
    const { sourceTokens = [], targetTokens = [], attention = [] } = sentences.at(0) ?? {};
    return { ...result, sourceTokens, targetTokens, attention };
  }
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
