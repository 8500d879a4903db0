import type { LinkedTranslation } from "./words.ts";

/** What is asked for. */
export interface Asked {
  readonly text: string;
  /** Tag of its language, or `auto`. */
  readonly source: string;
  readonly target: string;
}

/** A text and what it became. */
export interface Answer extends LinkedTranslation {
  /** The language that it was translated from. */
  readonly source: string;
  readonly alternatives: readonly string[];
}

/** Whoever translates: the server, or this browser. */
export interface TranslationSource {
  /**
   * Translates, and tells of the text as it comes.
   *
   * @param asked The text.
   * @param listener `detected`, `draft` and `text` come as events.
   */
  stream(
    asked: Asked,
    listener: { signal: AbortSignal; onEvent(event: string, data: unknown): void },
  ): Promise<void>;
  /**
   * Translates, with all that the model says.
   *
   * @param asked The text, and how many further translations are wanted.
   * @param signal Ends it.
   */
  translate(asked: Asked & { readonly alternatives: number }, signal: AbortSignal): Promise<Answer>;
}
