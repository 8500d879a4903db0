import { shown } from "../_shown.ts";

const VERSION = "#version: 0.2";

/** A BPE vocabulary and its merges, best first. */
export interface VocabMerges {
  /** Token to id. */
  readonly vocab: Map<string, number>;
  /** Pairs of tokens. */
  readonly merges: [string, string][];
}

/**
 * Reads `vocab.json` and `merges.txt`, as GPT-2 and RoBERTa have them.
 *
 * @param vocabJson The whole vocab.json
 * @param mergesTxt The whole merges.txt
 * @returns The vocabulary and the merges
 * @throws {SyntaxError} If a file is broken; the message names the file and the line or token
 *
 * @example
 * ```ts
 * import { Bpe, parseVocabMerges } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const { vocab, merges } = parseVocabMerges('{"a":0,"b":1,"ab":2}', "#version: 0.2\na b\n");
 * assertEquals(new Bpe(vocab, merges).tokenize("aab").ids, [0, 2]);
 * ```
 */
export function parseVocabMerges(vocabJson: string, mergesTxt: string): VocabMerges {
  return { vocab: parseVocabJson(vocabJson), merges: parseMerges(mergesTxt) };
}

/**
 * Writes `vocab.json` and `merges.txt`.
 *
 * @param content The vocabulary and the merges
 * @returns The two files
 *
 * @example
 * ```ts
 * import { serializeVocabMerges } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const vocab = new Map([["ab", 2], ["a", 0], ["b", 1]]);
 * const { vocabJson, mergesTxt } = serializeVocabMerges({ vocab, merges: [["a", "b"]] });
 * assertEquals(vocabJson, '{"a":0,"b":1,"ab":2}');
 * assertEquals(mergesTxt, "#version: 0.2\na b\n");
 * ```
 */
export function serializeVocabMerges(
  { vocab, merges }: VocabMerges,
): { vocabJson: string; mergesTxt: string } {
  const entries = [...vocab].sort(([, a], [, b]) => a - b);
  return {
    // Written by hand: an object would put tokens such as "12" first.
    vocabJson: `{${entries.map(([token, id]) => `${JSON.stringify(token)}:${id}`).join(",")}}`,
    mergesTxt: [VERSION, ...merges.map(([left, right]) => `${left} ${right}`), ""].join("\n"),
  };
}

function parseVocabJson(text: string): Map<string, number> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read vocab.json: ${(error as Error).message}`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new SyntaxError("Cannot read vocab.json: it is not an object of tokens and ids");
  }
  const byId = new Map<number, string>();
  for (const [token, id] of Object.entries(json)) {
    if (!Number.isSafeInteger(id) || id < 0) {
      throw new SyntaxError(
        `Cannot read vocab.json: ${shown(token)} has the id ${shown(id)}`,
      );
    }
    const other = byId.get(id);
    if (other !== undefined) {
      throw new SyntaxError(
        `Cannot read vocab.json: ${shown(other)} and ${shown(token)} both have id ${id}`,
      );
    }
    byId.set(id, token);
  }
  return new Map(Object.entries(json));
}

function parseMerges(text: string): [string, string][] {
  const merges: [string, string][] = [];
  for (const [i, line] of text.split("\n").entries()) {
    const merge = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (merge === "" || (i === 0 && merge.startsWith("#version"))) continue;
    const pair = merge.split(" ");
    if (pair.length !== 2 || pair.includes("")) {
      throw new SyntaxError(
        `Cannot read merges.txt: line ${i + 1} ${shown(merge)} is not a pair of tokens`,
      );
    }
    merges.push(pair as [string, string]);
  }
  return merges;
}
