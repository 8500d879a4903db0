import type { Glossary } from "./glossary/glossary.ts";
import type { TranslatedWord } from "./confidence/translated_words.ts";
import type { TranslationDraft } from "./drafts.ts";
import type { PlaceLink, UsedTerm } from "./links/place_link.ts";

/** A sentence and what it became. */
export interface SentenceTranslation {
  /** The sentence, without the white space around it. */
  readonly source: string;
  /** Its translation. */
  readonly translation: string;
  /** Log-probability of the translation in nats, divided by its tokens to the power `lengthPenalty`. */
  readonly score: number;
  /** How good the translation is likely to be, as that of a {@linkcode Translation}. */
  readonly confidence?: number;
  /** Source tokens, the end token last. */
  readonly sourceTokens: string[];
  /** Target tokens, the end token last. */
  readonly targetTokens: string[];
  /** Attention of every target token over the source tokens `[target][source]`; each row sums to 1. */
  readonly attention: number[][];
  /** True when the model could not translate the sentence: it stands as it was, and has no tokens. */
  readonly untranslated?: true;
}

/** A text and what it became. */
export interface Translation {
  /** The text as it was given. */
  readonly source: string;
  /** Its translation, with the white space, line breaks and list markers of the source. */
  readonly translation: string;
  /**
   * How sure the model is, 0 at best: the mean of the sentences' scores, each weighted with its number of
   * target tokens. The score of a sentence is its log-probability in nats, divided by its number of
   * target tokens to the power `lengthPenalty`. 0 for a text without sentences.
   */
  readonly score: number;
  /**
   * How good the translation is likely to be, from 0 to 1: the similarity with a reference translation
   * (chrF) that sentences of which the model is as sure had on the data that it was calibrated with. Of a
   * text, the mean of its sentences', each weighted with its number of target tokens; 1 without sentences.
   * Undefined when the model has no calibration.
   */
  readonly confidence?: number;
  /**
   * True when a sentence of the text stands as it was, as the model gave nothing that passes for a translation: the
   * same words again and again, too much or too little, another script, or a copy.
   */
  readonly untranslated?: true;
  /** The words of the translation, and how sure the model is of each; on request. */
  readonly words?: TranslatedWord[];
  /**
   * Which words of the source and of the translation belong together, by their places in `source` and `translation`,
   * in the order of the translation; on request. What is not translated counts as one word. Words of sentences that
   * stand untranslated have none, nor have attributes of HTML.
   */
  readonly alignment?: PlaceLink[];
  /** Where terms of the glossary were used, in the order of the translation; present where there is a glossary. */
  readonly terms?: UsedTerm[];
  /** Tokens of the source, the end token last; on request, unless the text has several sentences. */
  readonly sourceTokens?: string[];
  /** Tokens of the translation, the end token last; on request, unless there are several sentences. */
  readonly targetTokens?: string[];
  /** Attention `[target][source]`; on request, unless the text has several sentences. */
  readonly attention?: number[][];
  /** The sentences, each with its tokens and attention; on request, when the text has several. */
  readonly sentences?: SentenceTranslation[];
}

/** Options of {@linkcode Translator.translate}. */
export interface TranslateOptions {
  /** Language of the texts, as a check; the model's by default. */
  from?: string;
  /** Language to translate into: needed where the model writes several, else a check. */
  to?: string;
  /** Number of beams; 1 is greedy search. Default 4. */
  numBeams?: number;
  /** Exponent of the length that divides a log-probability; above 1 favours long. Default 1. */
  lengthPenalty?: number;
  /** Number of translations of each text, at most `numBeams`. Default 1. */
  numReturnSequences?: number;
  /**
   * Most tokens of a sentence's translation, the end token counted. By default three for each source token and
   * 20 more, within the model's limit: enough for every pair of languages, and an end to repetitions.
   */
  maxNewTokens?: number;
  /** Most sentences that are translated at once. Default 16. */
  batchSize?: number;
  /** Terms whose translation is given: whole words, in any capitals. Inflected forms are left to the model. */
  glossary?: Glossary;
  /**
   * What the texts are. Of `html`, blocks are translated across their inline tags, which come back by the words that
   * they belong to, and the attributes that people read; code, scripts and `translate="no"` stay. Default `text`.
   */
  format?: "text" | "html";
  /** Whether texts are split into sentences; else each is one sentence as it stands. Default true. */
  splitSentences?: boolean;
  /**
   * What is not translated, and comes out as it is: by default placeholders, code in backticks, addresses, e-mail,
   * paths, identifiers, options, tags, numbers with units, emoji, and words in scripts that the vocabulary does not have. Patterns: also
   * what they match. False: nothing.
   */
  protect?: boolean | readonly RegExp[];
  /**
   * What becomes of marks of mnemonics in labels, `&File`: they are not read, and `keep` puts them back to the word that
   * they belong to, `drop` does not. Left out, an ampersand is an ampersand. HTML, whose `&` begins an entity, has none.
   */
  mnemonics?: "keep" | "drop";
  /** Whether it is said which words belong together. Default false. */
  alignment?: boolean;
  /** Whether tokens and attention are returned. Default false. */
  attention?: boolean;
  /** Whether the words of the translation are returned, with their probability and confidence. Default false. */
  words?: boolean;
  /**
   * Gets what is certain of a sentence's translation while the rest of it is searched for. With more than one beam that
   * is what all beams agree on.
   */
  onDraft?: (draft: TranslationDraft) => void;
  /** Ends the translating with the signal's reason. */
  signal?: AbortSignal;
}

/** Options of {@linkcode Translator.translateStream}. */
export interface TranslateStreamOptions extends Omit<TranslateOptions, "onDraft"> {
  /** Most texts that are read ahead and translated together. Default 256. */
  lookAhead?: number;
  /** Milliseconds to wait for more texts before those at hand are translated. Default 20. */
  patience?: number;
}
