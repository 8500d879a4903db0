import { buildDoubleArray } from "./_double_array.ts";
import { Vocabulary } from "./_vocabulary.ts";
import type { TokenizerModel, WordPieces } from "./model.ts";

const UNK_PENALTY = 10;
const utf8 = new TextEncoder();

/**
 * The unigram model as Hugging Face's tokenizers compute it: sums in 64 bits, every piece of the list may be used, and
 * neighbouring unknown characters are one token.
 */
export class ScoredPieces implements TokenizerModel {
  readonly vocabSize: number;
  readonly unkId: number | undefined;
  #pieces: readonly (readonly [string, number])[];
  #vocabulary: Vocabulary;
  #byteFallback: boolean;
  #labels: Uint16Array;
  #nodes: Int32Array;
  #scores: Float64Array;
  #unkScore: number;

  constructor(
    pieces: readonly (readonly [string, number])[],
    options: { unkId?: number; byteFallback?: boolean },
  ) {
    this.#pieces = pieces;
    this.vocabSize = pieces.length;
    this.unkId = options.unkId;
    this.#byteFallback = options.byteFallback ?? false;
    this.#vocabulary = new Vocabulary(pieces.map(([piece], id) => [piece, id]), "Unigram");
    if (this.unkId !== undefined && !(this.unkId >= 0 && this.unkId < pieces.length)) {
      throw new SyntaxError(
        `Cannot build Unigram model: unk_id is ${this.unkId}, but vocab has ${pieces.length} pieces`,
      );
    }
    this.#scores = Float64Array.from(pieces, ([, score]) => score);
    let least = Infinity;
    for (const score of this.#scores) least = Math.min(least, score);
    this.#unkScore = least - UNK_PENALTY;
    const ids = pieces.map((_, id) => id).filter((id) => pieces[id][0] !== "");
    const trie = buildDoubleArray(ids.map((id) => pieces[id][0]), ids);
    this.#labels = trie.labels;
    this.#nodes = trie.nodes;
  }

  tokenToId(token: string): number | undefined {
    return this.#vocabulary.id(token);
  }

  idToToken(id: number): string | undefined {
    return this.#vocabulary.token(id);
  }

  tokenize(word: string): WordPieces {
    const cuts = this.#bestCuts(word); // ends of the pieces, last first, each with its id
    const pieces = { ids: [] as number[], starts: [] as number[], ends: [] as number[] };
    let start = 0;
    for (let i = cuts.length - 2; i >= 0; i -= 2) {
      let end = cuts[i];
      const id = cuts[i + 1];
      if (id !== this.unkId) {
        pieces.ids.push(id);
        pieces.starts.push(start);
        pieces.ends.push(end);
      } else {
        while (i > 0 && cuts[i - 1] === id) end = cuts[i -= 2];
        this.#addUnknown(pieces, word, { start, end, id });
      }
      start = end;
    }
    return pieces;
  }

  toJSON(): Record<string, unknown> {
    return {
      type: "Unigram",
      unk_id: this.unkId ?? null,
      vocab: this.#pieces,
      byte_fallback: this.#byteFallback,
    };
  }

  #addUnknown(
    pieces: { ids: number[]; starts: number[]; ends: number[] },
    word: string,
    { start, end, id }: { start: number; end: number; id: number },
  ): void {
    const text = word.slice(start, end);
    const whole = this.#vocabulary.id(text);
    let ids = [whole ?? id];
    if (whole === undefined && this.#byteFallback) {
      const bytes = Array.from(
        utf8.encode(text),
        (byte) => this.#vocabulary.id(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`),
      );
      if (bytes.every((byte) => byte !== undefined)) ids = bytes;
    }
    for (const piece of ids) {
      pieces.ids.push(piece);
      pieces.starts.push(start);
      pieces.ends.push(end);
    }
  }

  #bestCuts(word: string): number[] {
    const { length } = word;
    const scores = new Float64Array(length + 1).fill(-Infinity);
    const bestStart = new Int32Array(length + 1).fill(-1);
    const bestId = new Int32Array(length + 1);
    const labels = this.#labels;
    const nodes = this.#nodes;
    scores[0] = 0;
    for (let start = 0; start < length;) {
      const next = start + (word.codePointAt(start)! > 0xffff ? 2 : 1);
      const here = scores[start];
      let covered = false;
      let node = 0;
      for (let end = start; end < length;) {
        const child = nodes[4 * node + 1] + labels[word.charCodeAt(end++)];
        if (nodes[4 * child] !== node) break;
        node = child;
        const id = nodes[4 * child + 2];
        if (id < 0) continue;
        const score = here + this.#scores[id];
        if (bestStart[end] < 0 || score > scores[end]) {
          scores[end] = score;
          bestStart[end] = start;
          bestId[end] = id;
        }
        if (end === next) covered = true;
      }
      if (!covered) {
        if (this.unkId === undefined) {
          throw new SyntaxError(
            `Cannot tokenize ${
              JSON.stringify(word.slice(start, next))
            }: no piece covers it and the model has no unk_id`,
          );
        }
        const score = here + this.#unkScore;
        if (bestStart[next] < 0 || score > scores[next]) {
          scores[next] = score;
          bestStart[next] = start;
          bestId[next] = this.unkId;
        }
      }
      start = next;
    }
    const cuts: number[] = [];
    for (let end = length; end > 0; end = bestStart[end]) cuts.push(end, bestId[end]);
    return cuts;
  }
}
