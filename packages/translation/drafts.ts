import type { Attempt } from "./finish/attempts.ts";
import type { TranslationTokenizer } from "./model.ts";
import type { Unit } from "./unit.ts";

/** What is certain so far of the translation of a sentence that is under way. */
export interface TranslationDraft {
  /** Which text, from 0. */
  readonly text: number;
  /** Which of the text's sentences that are translated, from 0. */
  readonly sentence: number;
  /**
   * The beginning of the translation as the model writes it, never half a character. Each is longer than the one
   * before. What comes out in the end may differ: a sentence that went wrong is translated anew.
   */
  readonly translation: string;
}

/** A unit that is being written. */
interface Writing {
  readonly text: number;
  readonly sentence: number;
  readonly ids: number[];
  /** The first attempt, which the drafts are of. */
  attempt?: Attempt;
  /** What was told last. */
  told: string;
}

/** Makes drafts of tokens. */
export class Drafts {
  readonly #tokenizer: TranslationTokenizer;
  readonly #onDraft: (draft: TranslationDraft) => void;
  readonly #writings = new Map<Unit, Writing>();

  constructor(tokenizer: TranslationTokenizer, onDraft: (draft: TranslationDraft) => void) {
    this.#tokenizer = tokenizer;
    this.#onDraft = onDraft;
  }

  /** Tells where a unit stands. */
  expect(unit: Unit, place: Pick<TranslationDraft, "text" | "sentence">): void {
    this.#writings.set(unit, { ...place, ids: [], told: "" });
  }

  /** Takes the next token of a unit's translation. */
  add(unit: Unit, attempt: Attempt, id: number): void {
    const writing = this.#writings.get(unit);
    if (writing === undefined) return; // a part of a unit that went wrong as a whole
    writing.attempt ??= attempt;
    if (writing.attempt !== attempt) return;
    writing.ids.push(id);
    // The bytes of a character that is not whole yet are replacement characters.
    const output = this.#tokenizer.decode(writing.ids).replace(/\uFFFD+$/u, "");
    const translation = attempt.begin(output).trimEnd();
    if (translation.length <= writing.told.length || !translation.startsWith(writing.told)) return;
    writing.told = translation;
    const { text, sentence } = writing;
    this.#onDraft({ text, sentence, translation });
  }
}
