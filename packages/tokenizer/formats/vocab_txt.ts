import { shown } from "../_shown.ts";

/**
 * Reads `vocab.txt`, BERT's list of tokens: one a line, the line's number is the id.
 *
 * @param text The whole file
 * @returns Token to id
 * @throws {SyntaxError} If a line is empty or a token is there twice; the message names the line
 *
 * @example
 * ```ts
 * import { parseVocabTxt } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseVocabTxt("[UNK]\nplay\n##ing\n").get("##ing"), 2);
 * ```
 */
export function parseVocabTxt(text: string): Map<string, number> {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const vocab = new Map<string, number>();
  for (const [id, line] of lines.entries()) {
    const token = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (token === "") throw new SyntaxError(`Cannot read vocab.txt: line ${id + 1} is empty`);
    const earlier = vocab.get(token);
    if (earlier !== undefined) {
      throw new SyntaxError(
        `Cannot read vocab.txt: lines ${earlier + 1} and ${id + 1} are both ${shown(token)}`,
      );
    }
    vocab.set(token, id);
  }
  return vocab;
}

/**
 * Writes `vocab.txt`.
 *
 * @param vocab Token to id; the ids are 0, 1, 2 and so on without holes
 * @returns The whole file
 * @throws {RangeError} If an id is missing or a token holds a line break; the message names it
 *
 * @example
 * ```ts
 * import { serializeVocabTxt } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(serializeVocabTxt(new Map([["play", 1], ["[UNK]", 0]])), "[UNK]\nplay\n");
 * ```
 */
export function serializeVocabTxt(vocab: ReadonlyMap<string, number>): string {
  const lines: string[] = [];
  for (const [token, id] of vocab) {
    if (token === "" || /[\r\n]/.test(token)) {
      throw new RangeError(
        `Cannot write vocab.txt: token ${id} is ${shown(token)}, which is no line`,
      );
    }
    lines[id] = token;
  }
  for (let id = 0; id < lines.length; id++) {
    if (lines[id] === undefined) {
      throw new RangeError(`Cannot write vocab.txt: no token has id ${id}`);
    }
  }
  return lines.map((line) => line + "\n").join("");
}
