import type { Glossary } from "./glossary.ts";
import { inflectionsOf } from "./inflections.ts";

/** A place of a text where a term of a glossary stands. */
export interface GlossaryMatch {
  /** First UTF-16 code unit. */
  readonly start: number;
  /** The one after the last. */
  readonly end: number;
  /** The term as the glossary has it. */
  readonly term: string;
  /** The term as the text writes it. */
  readonly source: string;
  /** What it becomes, with the capitals of the text. */
  readonly target: string;
}

/** A term, as it is looked for. */
interface Term {
  readonly source: string;
  readonly target: string;
  /** In lower case, with one space between words. */
  readonly form: string;
}

/** Terms by the first word of their forms, or the first character that is no letter; the longest first. */
type TermIndex = ReadonlyMap<string, readonly Term[]>;

/** A glossary may have thousands of terms, and a document as many sentences. */
const indexes = new WeakMap<Glossary, TermIndex>();

const letter = /[\p{L}\p{M}\p{N}_]/u;
const tokens = /[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu;

/**
 * Finds the terms of a glossary in a text: whole words, in any capitals, the longest first. A term that has a capital
 * within it, such as `iPhone` or `US`, is found only as it is written.
 *
 * @param text Any text.
 * @param glossary Terms.
 * @param locale Language of the text, by which words are inflected.
 * @returns The places in order, without overlap.
 */
export function findTerms(text: string, glossary: Glossary, locale = "en"): GlossaryMatch[] {
  if (glossary.terms.size === 0) return [];
  const index = indexOf(glossary);
  const folded = fold(text);
  const language = locale.slice(0, 2).toLowerCase();
  const found: GlossaryMatch[] = [];
  let done = 0;
  for (const { 0: token, index: start } of folded.matchAll(tokens)) {
    if (start < done) continue;
    for (const term of candidatesOf(token, index, glossary.inflected ?? false)) {
      const end = endOf(term.form, { folded, start, language, inflected: glossary.inflected });
      const written = end === undefined ? "" : text.slice(start, end);
      if (end === undefined || !fits(written, term)) continue;
      const { source, target } = term;
      found.push({
        ...{ start, end, term: source, source: written },
        target: inCaseOf(written, { source, target }),
      });
      done = end;
      break;
    }
  }
  return found;
}

function indexOf(glossary: Glossary): TermIndex {
  const known = indexes.get(glossary);
  if (known) return known;
  // Of two terms that differ in capitals alone, the last.
  const byForm = new Map<string, Term>();
  for (const [source, target] of glossary.terms) {
    const form = fold(source.trim()).replace(/\s+/g, " ");
    byForm.set(form, { source, target, form });
  }
  const index = new Map<string, Term[]>();
  for (const term of byForm.values()) {
    const [first] = term.form.match(tokens) ?? [];
    if (first === undefined) continue;
    const own = index.get(first) ?? [];
    own.push(term);
    index.set(first, own);
  }
  for (const own of index.values()) own.sort((a, b) => b.form.length - a.form.length);
  indexes.set(glossary, index);
  return index;
}

/** Most letters by which a form is longer than its word. */
const mostAdded = 3;

/** Terms that may begin with a word; where it may be inflected, those of its beginnings, too. */
function* candidatesOf(token: string, index: TermIndex, inflected: boolean): Generator<Term> {
  yield* index.get(token) ?? [];
  if (!inflected) return;
  for (let length = token.length - 1; length >= Math.max(2, token.length - mostAdded); length--) {
    const stem = token.slice(0, length);
    yield* index.get(stem) ?? [];
    for (const last of ["y", "e", "o", "a", "z"]) yield* index.get(stem + last) ?? [];
  }
}

/** Where a form that begins at a place ends; undefined when it does not stand there. */
function endOf(
  form: string,
  { folded, start, language, inflected }: {
    folded: string;
    start: number;
    language: string;
    inflected: boolean | undefined;
  },
): number | undefined {
  const ends = (at: number) => at >= folded.length || !letter.test(characterAt(folded, at));
  for (const { dropped, ending } of inflected ? inflectionsOf(form, language) : []) {
    const stem = endOfExact(form.slice(0, form.length - dropped), folded, start);
    if (stem === undefined || !folded.startsWith(ending, stem)) continue;
    if (ends(stem + ending.length)) return stem + ending.length;
  }
  const whole = endOfExact(form, folded, start);
  return whole !== undefined && ends(whole) ? whole : undefined;
}

/** The same without looking at what follows; a space stands for any white space. */
function endOfExact(form: string, folded: string, start: number): number | undefined {
  let at = start;
  for (const unit of form.split("")) {
    if (unit === " ") {
      const space = /^\s+/.exec(folded.slice(at, at + 20));
      if (space === null) return undefined;
      at += space[0].length;
    } else if (folded[at++] !== unit) return undefined;
  }
  return at;
}

const characterAt = (text: string, at: number) => String.fromCodePoint(text.codePointAt(at)!);

/** Whether the capitals of a term let it be what is written. */
function fits(written: string, { source }: Term): boolean {
  if (!/.\p{Lu}/u.test(source)) return true;
  const plain = written.replace(/\s+/g, " ");
  return plain.startsWith(source.slice(0, -1)) || isCapitals(written) && !isCapitals(source);
}

/** Lower case, unit by unit: places stay the same. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (character) => {
    const own = character.toLowerCase();
    return own.length === character.length ? own : character;
  }).join("");
}

const isCapitals = (text: string) => /\p{Lu}.*\p{Lu}/u.test(text) && !/\p{Ll}/u.test(text);

/** A translation with the capitals that a text gives the term. */
function inCaseOf(
  written: string,
  { source, target }: { source: string; target: string },
): string {
  if (isCapitals(written) && !isCapitals(source)) return target.toUpperCase();
  const [first] = written, [own] = target;
  const isRaised = first !== source.slice(0, first.length) && /\p{Lu}/u.test(first);
  return isRaised ? own.toUpperCase() + target.slice(own.length) : target;
}
