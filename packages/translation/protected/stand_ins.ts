import type { Edit } from "../finish/edits.ts";
import type { ProtectedKind } from "./patterns.ts";
import { findProtectedSpans } from "./protected_spans.ts";
import type { KeptSpan } from "./sentence_spans.ts";

/** Names that models copy, as of files and keys: `X1`. */
const letters = ["X", "K", "Q", "Z", "W", "J", "V", "Y"];

/** Words that stand for spans in what a model reads. */
export interface StandIns {
  /** One for each span. */
  readonly names: readonly string[];
  /** Finds whole ones in a translation. */
  readonly whole: RegExp;
  /** Finds what is left of one, whatever was made of it. */
  readonly remains: RegExp;
}

/**
 * Chooses words to stand for the spans of a sentence, none of which it has.
 *
 * @param text The sentence.
 * @param count Number of spans.
 * @returns The words; undefined where the sentence has them all.
 */
export function chooseStandIns(text: string, count: number): StandIns | undefined {
  const letter = letters.find((letter) => !new RegExp(`${letter}\\s?\\d`, "iu").test(text));
  if (letter === undefined) return undefined;
  return {
    names: Array.from({ length: count }, (_, i) => `${letter}${i + 1}`),
    whole: new RegExp(String.raw`(?<![\p{L}\p{N}_])${letter}\d+(?![\p{L}\p{N}_])`, "gu"),
    remains: new RegExp(String.raw`${letter}\s?\d`, "iu"),
  };
}

/** The slot tokens of a model that was taught to copy them, as stand-ins. */
export function slotStandIns(text: string, slots: readonly string[]): StandIns | undefined {
  if (/[⟦⟧]/u.test(text)) return undefined;
  return { names: slots, whole: /⟦\d+⟧/gu, remains: /[⟦⟧]/u };
}

/**
 * Finds the places of spans by their stand-ins.
 *
 * @param output What the model wrote.
 * @param spans The spans, in the order of the names.
 * @param standIns What stood for them.
 * @returns What is put where; undefined when a span does not have one place exactly.
 */
export function restoreSpans(
  output: string,
  spans: readonly KeptSpan[],
  { names, whole, remains }: StandIns,
): Edit[] | undefined {
  const edits: Edit[] = [];
  const left = new Set(spans.keys());
  let rest = "", done = 0;
  for (const { 0: name, index: start } of output.matchAll(whole)) {
    const number = names.indexOf(name);
    if (!left.delete(number)) return undefined;
    rest += `${output.slice(done, start)}\u0000`;
    done = start + name.length;
    edits.push({ start, end: done, text: spans[number].output, span: number });
  }
  return left.size > 0 || remains.test(rest + output.slice(done)) ? undefined : edits;
}

/**
 * Puts spans into the beginning of what a model writes. What may yet become a stand-in, or more of one, is left out.
 *
 * @param output The beginning of the output.
 * @param options The spans, what stands for them, and how what is between them is written.
 * @returns The beginning of the translation.
 */
export function beginWithSpans(
  output: string,
  { spans, standIns: { names, whole }, between }: {
    readonly spans: readonly KeptSpan[];
    readonly standIns: StandIns;
    readonly between: (gap: string) => string;
  },
): string {
  let written = "", done = 0;
  for (const { 0: name, index: start } of output.matchAll(whole)) {
    const span = spans[names.indexOf(name)];
    if (span === undefined || start + name.length === output.length) break;
    written += between(output.slice(done, start)) + span.output;
    done = start + name.length;
  }
  const rest = output.slice(done);
  const open = rest.search(/(?:⟦\d*⟧?|\p{Lu}\s?\d*)$/u);
  return written + between(open < 0 ? rest : rest.slice(0, open));
}

/** Kinds that no translation has by itself. */
const inventions: readonly ProtectedKind[] = ["placeholder", "address", "email", "tag", "emoji"];

/** Whether a model wrote a placeholder, an address or a picture that was not in what it read. */
export function inventsSpans(output: string, source: string): boolean {
  return findProtectedSpans(output, { kinds: inventions }).some(({ text }) =>
    !source.includes(text)
  );
}

/** Characters of which none may come or go with a span. */
const marks = /[{}%$`<>@\\⟦⟧\u200d\ufe0f]|\p{Emoji_Presentation}/gu;

/**
 * Whether a model's translation has every span as often as the sentence has, and nothing of another one.
 *
 * @param output What the model wrote.
 * @param text The sentence that it read, spans and all.
 * @param spans The spans of the sentence.
 * @returns Whether nothing was lost, doubled or mangled.
 */
export function keepsSpans(output: string, text: string, spans: readonly KeptSpan[]): boolean {
  const outputs = [...new Set(spans.map(({ output }) => output))];
  outputs.sort((a, b) => b.length - a.length);
  const gap = "\u0000";
  let left = output, rest = text;
  for (const span of outputs) {
    const [there, here] = [left.split(span), rest.split(span)];
    if (there.length !== here.length) return false;
    // A longer word or path is another one.
    const isWhole = (parts: readonly string[], i: number) =>
      !(/[\p{L}\p{N}_]$/u.test(parts[i]) && /^[\p{L}\p{N}_]/u.test(span)) &&
      !(/^[\p{L}\p{N}_]/u.test(parts[i + 1]) && /[\p{L}\p{N}_]$/u.test(span));
    for (let i = 0; i + 1 < there.length; i++) {
      if (!isWhole(there, i) && isWhole(here, i)) return false;
    }
    [left, rest] = [there.join(gap), here.join(gap)];
  }
  const of = (text: string) => (text.match(marks) ?? []).sort().join("");
  return of(left) === of(rest);
}
