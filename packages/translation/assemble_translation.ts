import type { ConfidenceCalibration } from "./confidence/confidence_calibration.ts";
import { rateSentence, rateWords } from "./confidence/rate_hypothesis.ts";
import type { TranslatedWord, WordSpan } from "./confidence/translated_words.ts";
import type { TranslationTokenizer } from "./model.ts";
import type { FinishedUnit } from "./finish/finish_unit.ts";
import type { FinishedPieces } from "./finish/finish_units.ts";
import { movePlace, type PlaceLink, type UsedTerm } from "./links/place_link.ts";
import type { SentenceTranslation, TranslateOptions, Translation } from "./translation.ts";
import type { GivenTerm, Unit } from "./unit.ts";

/** What a translation is made of, and who rates it. */
export interface AssembleOptions {
  readonly tokenizer: TranslationTokenizer;
  /** What turns the model's probabilities into confidence, if anything does. */
  readonly confidence: ConfidenceCalibration | undefined;
  /** Which translation of each unit is taken, 0 the best. */
  readonly rank: number;
  readonly options: TranslateOptions;
  /** Finds the words of a translation, where they are asked for. */
  readonly findWords: ((text: string) => WordSpan[]) | undefined;
  /** Where in the source something begins that is at a place of what was read, if that is another text. */
  readonly placeInSource?: (offset: number) => number;
}

/** Puts the translations of a text's units in their places, as they come. */
export class TranslationAssembly {
  readonly #source: string;
  readonly #parts: AssembleOptions;
  #translation = "";
  /** How much of the text that was read is done. */
  #read = 0;
  #weightedScore = 0;
  #weightedConfidence = 0;
  #tokens = 0;
  #ratedTokens = 0;
  #isUntranslated = false;
  readonly #words: TranslatedWord[] = [];
  readonly #links: PlaceLink[] = [];
  readonly #terms: UsedTerm[] = [];
  readonly #sentences: SentenceTranslation[] = [];

  constructor(source: string, parts: AssembleOptions) {
    this.#source = source;
    this.#parts = parts;
  }

  /** Adds what stands between units: as it is, or a term by its translation. */
  keep(piece: string | GivenTerm): void {
    if (typeof piece === "string") {
      this.#translation += piece;
      this.#read += piece.length;
    } else {
      this.#addTerm(piece, this.#read);
      this.#read += piece.source.length;
    }
  }

  /** Adds what a unit became. */
  add({ text, original = text }: Unit, pieces: FinishedPieces): void {
    for (const piece of pieces) {
      if (typeof piece === "string") this.#translation += piece;
      else {
        const at = this.#read + (piece.at ?? 0);
        if ("term" in piece) this.#addTerm(piece, at);
        else this.#addUnit(piece, at);
      }
    }
    this.#read += original.length;
  }

  #addTerm({ term: { term }, source, text }: GivenTerm, at: number): void {
    const own = {
      source: { start: 0, end: source.length },
      target: { start: 0, end: text.length },
    };
    this.#terms.push(this.#moved({ term, ...own }, at));
    this.#links.push(this.#moved({ ...own, score: 1 }, at));
    this.#translation += text;
  }

  /** A link of something that comes next, as one of the whole texts. */
  #moved<Link extends Pick<PlaceLink, "source" | "target">>(link: Link, at: number): Link {
    const { placeInSource = (offset: number) => offset } = this.#parts;
    const target = movePlace(link.target, this.#translation.length);
    const { start, end } = movePlace(link.source, at);
    // No link has an attribute inside.
    const first = placeInSource(start);
    return { ...link, source: { start: first, end: first + end - start }, target };
  }

  #addUnit(piece: FinishedUnit, at: number): void {
    const { tokenizer, confidence, options, findWords } = this.#parts;
    const { text, found } = piece;
    if (found === undefined) {
      this.#translation += text;
      this.#isUntranslated = true;
      // It is as wrong as a translation can be.
      if (confidence) this.#ratedTokens += tokenizer.encode(piece.source).ids.length;
      if (options.attention) this.#sentences.push(untranslated(piece, confidence !== undefined));
      return;
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
      const moved = this.#translation.length;
      for (const word of moveWords(rated, { text, output })) {
        this.#words.push({ ...word, start: word.start + moved, end: word.end + moved });
      }
    }
    for (const link of found.links) this.#links.push(this.#moved(link, at));
    for (const term of found.terms) this.#terms.push(this.#moved(term, at));
    this.#translation += text;
    const rating = confidence && rateSentence(hypothesis, confidence);
    this.#weightedConfidence += (rating ?? 0) * hypothesis.ids.length;
    this.#weightedScore += hypothesis.score * hypothesis.ids.length;
    this.#tokens += hypothesis.ids.length;
    this.#ratedTokens += hypothesis.ids.length;
    if (!options.attention) return;
    const explained = explain(piece, found, tokenizer);
    this.#sentences.push(rating === undefined ? explained : { ...explained, confidence: rating });
  }

  /** The translation, once all is added. */
  finish(): Translation {
    const { confidence, options, findWords } = this.#parts;
    const tokens = this.#tokens, sentences = this.#sentences;
    let result: Translation = {
      source: this.#source,
      translation: this.#translation,
      score: tokens === 0 ? 0 : this.#weightedScore / tokens,
    };
    if (confidence) {
      const rated = this.#ratedTokens;
      const mean = rated === 0 ? 1 : this.#weightedConfidence / rated;
      result = { ...result, confidence: mean };
    }
    if (findWords) result = { ...result, words: this.#words };
    if (options.alignment) result = { ...result, alignment: this.#links };
    if (options.glossary) result = { ...result, terms: this.#terms };
    if (this.#isUntranslated) result = { ...result, untranslated: true };
    if (!options.attention) return result;
    if (sentences.length > 1) return { ...result, sentences };
    const { sourceTokens = [], targetTokens = [], attention = [] } = sentences.at(0) ?? {};
    return { ...result, sourceTokens, targetTokens, attention };
  }
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
function explain(
  { source, text }: FinishedUnit,
  { tokens, hypothesis, attention }: NonNullable<FinishedUnit["found"]>,
  tokenizer: TranslationTokenizer,
): SentenceTranslation {
  const { weights, targetLength, sourceLength } = attention!;
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
