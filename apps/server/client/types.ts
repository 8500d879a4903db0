/** How texts are translated. */
export interface ClientTranslateOptions {
  /** Code of the texts' language; `auto` when left out: each is detected by itself. */
  readonly source?: string;
  /** Code of the language to translate into. */
  readonly target: string;
  /** Whether tokens and cross-attention are given. */
  readonly attention?: boolean;
  /** Whether the places of the texts that belong together are given. */
  readonly alignment?: boolean;
  /** Terms and what each is translated as. */
  readonly glossary?: Readonly<Record<string, string>>;
  /** What comes out as it is: placeholders, code and the like (default), those and these texts, or nothing. */
  readonly protect?: boolean | string[];
}

/** How texts are translated that are not streamed. */
export interface ClientTextOptions extends ClientTranslateOptions {
  /** Further translations of each text. */
  readonly alternatives?: number;
  /** Whether words, their places and how sure the model is of each are given. */
  readonly words?: boolean;
  /** What the texts are; `text` when left out. */
  readonly format?: "text" | "html";
  /** Whether texts are split into sentences; true when left out. */
  readonly splitSentences?: boolean;
}

/** A language that a text may be in. */
export interface ClientDetection {
  /** How sure that is, a whole number from 0 to 100. */
  confidence: number;
  /** Code of the language. */
  language: string;
}

/** A place of a text, in UTF-16 units. */
export interface ClientPlace {
  /** Where it begins. */
  start: number;
  /** Where it ends. */
  end: number;
}

/** Places that belong together. */
export interface ClientLink {
  /** Place of the source. */
  source: ClientPlace;
  /** Place of the translation. */
  target: ClientPlace;
  /** How much of its attention the word of the translation has there, from 0 to 1. */
  score: number;
}

/** A sentence, its tokens and attention. */
export interface ClientSentence {
  /** The sentence. */
  source: string;
  /** Its translation. */
  translation: string;
  /** Tokens of the sentence. */
  sourceTokens: string[];
  /** Tokens of its translation. */
  targetTokens: string[];
  /** Attention `[target][source]`. */
  attention: number[][];
}

/** A word of a translation. */
export interface ClientWord extends ClientPlace {
  /** The word. */
  text: string;
  /** Probability of the word after what stands before it. */
  probability: number;
  /** Probability that it is right, where the model is calibrated. */
  confidence?: number | undefined;
}

/** A translation among several. */
export interface ClientHypothesis {
  /** The translation. */
  text: string;
  /** Its log-probability per token in nats, 0 at best. */
  score: number;
  /** How good it is likely to be, from 0 to 1, where the model is calibrated. */
  confidence?: number | undefined;
}

/** A text and what it became. */
export interface ClientTranslation extends ClientHypothesis {
  /** The language that it was translated from. */
  source: string;
  /** Further translations, the better first. */
  alternatives: string[];
  /** What was detected, of `auto`. */
  detected?: ClientDetection | undefined;
  /** True when a sentence stands as it was. */
  untranslated?: true | undefined;
  /** The translation and its alternatives, the best first, with their scores. */
  hypotheses: ClientHypothesis[];
  /** Words, on request. */
  words?: ClientWord[] | undefined;
  /** Places that belong together, on request. */
  alignment?: ClientLink[] | undefined;
  /** Sentences with their attention, on request. */
  sentences?: ClientSentence[] | undefined;
}

/** What comes while a text is translated. */
export type ClientEvent =
  | { readonly event: "detected"; readonly data: ClientDetection }
  /** What is certain so far of the sentence that comes next, each with the one before in it. */
  | { readonly event: "draft"; readonly data: { text: string } }
  | { readonly event: "text"; readonly data: { text: string } }
  | {
    readonly event: "sentence";
    readonly data: { alignment?: ClientLink[]; sentences?: ClientSentence[] };
  };

/** A language on offer. */
export interface ClientLanguage {
  /** Its code. */
  code: string;
  /** Its name in English. */
  name: string;
  /** Codes of the languages that it is translated into. */
  targets: string[];
}
