import { InvalidArgumentError } from "commander";
import type { Glossary, LanguagePair } from "@heed/translation";
import { UsageError } from "./failure.ts";
import { openFile } from "./output.ts";

/** A term and its translation. */
export type TermPair = readonly [source: string, target: string];

/** What a user says about terms. */
export interface TermOptions {
  /** A file of terms. */
  readonly glossary?: string;
  /** Further terms, which win. */
  readonly term?: readonly TermPair[];
  /** Whether inflected forms are terms, too. */
  readonly inflected?: boolean;
  /** Language of the texts. */
  readonly from?: string;
  /** Language to translate into. */
  readonly to?: string;
}

/** Adds the pair of a --term to those before it. */
export function addTerm(text: string, before: readonly TermPair[] = []): TermPair[] {
  const at = text.indexOf("=");
  const [source, target] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at > 0 && source !== "" && target !== "") return [...before, [source, target]];
  throw new InvalidArgumentError("Give a term and its translation, source=target.");
}

/** Terms: of all texts, or with `--from auto` those of a text's language. */
export interface Terms {
  /** Terms of all texts; undefined where there are none. */
  readonly glossary?: Glossary;
  /** Terms of each pair of languages. */
  glossaryOf?(pair: LanguagePair): Glossary | undefined;
}

/**
 * Reads the terms that the options name.
 *
 * @param options The file and further terms; of TBX, the languages say which of its languages are meant.
 * @returns The terms; none where there are no options about terms.
 * @throws {UsageError} When the languages of a TBX file are not said.
 * @throws {SyntaxError} When the file is no glossary, or a TBX has no terms into the language that is said.
 */
export async function readTerms(options: TermOptions): Promise<Terms> {
  const { glossary: path, term = [], inflected = false } = options;
  if (path === undefined && term.length === 0) {
    if (inflected) {
      throw new UsageError("Cannot inflect terms: there are none; add --glossary FILE");
    }
    return {};
  }
  const found = path === undefined ? {} : await readFile(path, options);
  const joined = (own: Glossary | undefined): Glossary => ({
    terms: new Map([...own?.terms ?? [], ...term]),
    inflected,
  });
  const { glossary, glossaryOf } = found;
  return glossaryOf
    ? { glossaryOf: (pair) => joined(glossaryOf(pair)) }
    : { glossary: joined(glossary) };
}

async function readFile(path: string, { from, to }: TermOptions): Promise<Terms> {
  const isTbx = /\.(?:tbx|xml)$/i.test(path);
  if (isTbx && (from === undefined || from !== "auto" && to === undefined)) {
    throw new UsageError(`Cannot read terms from ${path}: say its languages with --from and --to`);
  }
  using file = await openFile(path, { read: true });
  const text = await new Response(file.readable).text();
  if (isTbx) {
    const { readTbx, readTbxLanguages } = await import("@heed/translation/glossary");
    if (from !== "auto") return { glossary: readTbx(text, { from: from!, to: to! }) };
    const { languages, glossary } = readTbxLanguages(text);
    const isWritten = (target: string) =>
      languages.some((from) => glossary({ from, to: target }) !== undefined);
    if (to !== undefined && !isWritten(to)) {
      throw new SyntaxError(
        `Cannot read terms into ${to} in the glossary: it has ` +
          (languages.length === 0 ? "no terms" : languages.join(", ")),
      );
    }
    return { glossaryOf: ({ source, target }) => glossary({ from: source, to: target }) };
  }
  const { readGlossary } = await import("@heed/translation");
  return { glossary: readGlossary(text) };
}
