import type { Line } from "@heed/checkpoint";
import {
  endsAtBlankLine,
  type IndexOptions,
  indexText,
  type TextData,
  unreadable,
  type Unusable,
} from "./text_data.ts";

/** A sentence with a tag for each word. */
export interface TaggedWords {
  /** The words, `[words]`. */
  readonly words: readonly string[];
  /** Their tags, `[words]`. */
  readonly tags: readonly string[];
}

/** Options of {@linkcode indexTaggedWords}. */
export interface TaggedWordsOptions extends IndexOptions {
  /** Column of the word, from 0; negative ones count from the end; default 0. */
  readonly wordColumn?: number;
  /** Column of the tag; default -1, the last one. */
  readonly tagColumn?: number;
}

/**
 * Opens sentences of tagged words in CoNLL's form: a word a line with its columns, separated by tabs or else
 * by spaces, and a blank line after each sentence. Lines with `-DOCSTART-` are left out.
 *
 * @param files The files, read as one.
 * @param options Columns, size of a block, number of lines.
 * @returns The index; a sentence with a line that lacks a column is found when it is read.
 * @throws {RangeError} When there is no line.
 *
 * @example
 * ```ts
 * import { indexTaggedWords, openBlocks } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const conll = "EU NNP B-ORG\nrejects VBZ O\n\nPeter NNP B-PER\n";
 * const blocks = openBlocks(await indexTaggedWords([`data:,${encodeURIComponent(conll)}`]));
 * const [first] = await blocks.read(0);
 * await blocks.close();
 * assertEquals(first.problem === undefined && first.tags, ["B-ORG", "O"]);
 * ```
 */
export async function indexTaggedWords(
  files: readonly (string | URL)[],
  { wordColumn = 0, tagColumn = -1, ...options }: TaggedWordsOptions = {},
): Promise<TextData<TaggedWords>> {
  return await indexText(files.map((file) => [file]), {
    ...options,
    format: {
      what: "tagged words",
      ends: endsAtBlankLine,
      read: (lines) => readSentence(lines, { word: wordColumn, tag: tagColumn }),
    },
  });
}

function readSentence(
  lines: readonly Line[],
  columns: { readonly word: number; readonly tag: number },
): TaggedWords | Unusable | undefined {
  const words: string[] = [], tags: string[] = [];
  for (const line of lines) {
    const { text, number } = line;
    if (text === undefined) return { problem: `line ${number} ${unreadable(line)}` };
    if (text.trim() === "" || text.startsWith("-DOCSTART-")) continue;
    const cells = text.includes("\t") ? text.trimEnd().split("\t") : text.trim().split(/ +/);
    const word = cells.at(columns.word), tag = cells.at(columns.tag);
    if (cells.length < 2 || word === undefined || tag === undefined) {
      const count = cells.length === 1 ? "1 column" : `${cells.length} columns`;
      return { problem: `line ${number} has ${count}, no word with its tag` };
    }
    words.push(word);
    tags.push(tag);
  }
  return words.length === 0 ? undefined : { words, tags };
}
