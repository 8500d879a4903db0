import {
  endsAtBlankLine,
  type IndexOptions,
  indexText,
  type TextData,
  unreadable,
} from "./text_data.ts";

/** A document: text that belongs together. */
export interface TextDocument {
  /** Its text, without white space around it. */
  readonly text: string;
}

/** Options of {@linkcode indexDocuments}. */
export interface DocumentOptions extends IndexOptions {
  /**
   * What ends a document: its line, a blank line after it, or only the end of the file, which is in memory as a
   * whole; default `line`.
   */
  readonly separator?: "line" | "blank line" | "file";
}

/**
 * Opens running text for language models.
 *
 * @param files The files, read as one.
 * @param options What ends a document.
 * @returns The index; empty lines are no documents.
 * @throws {RangeError} When there is no line.
 *
 * @example
 * ```ts
 * import { indexDocuments, openBlocks } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const text = encodeURIComponent("One.\nStill one.\n\n\nTwo.\n");
 * const blocks = openBlocks(await indexDocuments([`data:,${text}`], { separator: "blank line" }));
 * const documents = await blocks.read(0);
 * await blocks.close();
 * assertEquals(documents.map((d) => d.problem ?? d.text), ["One.\nStill one.", "Two."]);
 * ```
 */
export async function indexDocuments(
  files: readonly (string | URL)[],
  { separator = "line", ...options }: DocumentOptions = {},
): Promise<TextData<TextDocument>> {
  return await indexText<TextDocument>(files.map((file) => [file]), {
    ...options,
    format: {
      what: "documents",
      ends: endings[separator],
      read(lines) {
        const bad = lines.find(({ text }) => text === undefined);
        if (bad) return { problem: `line ${bad.number} ${unreadable(bad)}` };
        const text = lines.map((line) => line.text).join("\n").trim();
        return text === "" ? undefined : { text };
      },
    },
  });
}

const endings = {
  "line": undefined,
  "blank line": endsAtBlankLine,
  "file": () => () => false,
};
