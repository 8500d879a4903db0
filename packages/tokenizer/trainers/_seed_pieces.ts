// Seed pieces: the substrings of words with the greatest frequency times length, found in a suffix array
// (Kudo 2018, section 3.2), and where each of them occurs.

import { META_SYMBOL } from "../normalizers/sentencepiece_normalizer.ts";
import { commonPrefixes, suffixArray } from "./_suffix_array.ts";
import { COMMON, INHERITED, scriptOf } from "./_unicode_script.ts";
import type { WordCounts } from "./_word_counts.ts";

// Symbols of the text below the characters'. The three ends say what follows the word in lines: another word, either,
// or nothing. SentencePiece finds a piece only where at least two different characters follow it, and the end of a
// line counts as one.
const END_INSIDE = 0;
const END_EITHER = 1;
const END_OF_LINE = 2;
const RARE = 3;
const FIRST_CHARACTER = 4;

/** Which substrings may be pieces. */
export interface PieceRules {
  readonly maxLength: number;
  readonly splitByUnicodeScript: boolean;
  readonly splitByNumber: boolean;
  readonly splitDigits: boolean;
}

/** All words one after the other, each followed by an end symbol. */
export interface TrainingText {
  readonly symbols: Int32Array;
  /** Where each word starts `[words + 1]`; word w ends before the end symbol at `starts[w + 1] - 1`. */
  readonly starts: Int32Array;
  readonly counts: Float64Array;
  /** Symbol minus 4 to character. */
  readonly characters: readonly string[];
}

/** Candidates for the vocabulary, as places in the text. */
export interface SeedPieces {
  /** Start of one occurrence of each piece. */
  readonly starts: Int32Array;
  readonly lengths: Uint16Array;
  /** Frequency times length of each piece. */
  readonly weights: Float64Array;
  /** Pieces that start at text position p: `edges[offsets[p]]` to `edges[offsets[p + 1] - 1]`, shortest first. */
  readonly offsets: Uint32Array;
  readonly edges: Int32Array;
}

export function trainingText(
  { words, counts, lastCounts }: WordCounts,
  required: ReadonlyMap<string, number>,
): TrainingText {
  const characters = [...required.keys()].filter((character) => required.get(character)! > 0).sort((
    a,
    b,
  ) => a.codePointAt(0)! - b.codePointAt(0)!);
  const symbolOf = new Map(characters.map((character, i) => [character, i + FIRST_CHARACTER]));
  let length = 0;
  for (const word of words) length += word.length + 1;
  const symbols = new Int32Array(length);
  const starts = new Int32Array(words.length + 1);
  let at = 0;
  for (const [w, word] of words.entries()) {
    starts[w] = at;
    for (const character of word) symbols[at++] = symbolOf.get(character) ?? RARE;
    symbols[at++] = lastCounts[w] === 0
      ? END_INSIDE
      : lastCounts[w] < counts[w]
      ? END_EITHER
      : END_OF_LINE;
  }
  starts[words.length] = at;
  return { symbols: symbols.slice(0, at), starts, counts, characters };
}

/** The text of `length` symbols from `start`. */
export function pieceText(text: TrainingText, start: number, length: number): string {
  let piece = "";
  for (let i = start; i < start + length; i++) {
    piece += text.characters[text.symbols[i] - FIRST_CHARACTER];
  }
  return piece;
}

/** Finds the single characters and the `limit` best longer pieces. */
export function seedPieces(text: TrainingText, rules: PieceRules, limit: number): SeedPieces {
  const { symbols, characters } = text;
  const n = symbols.length;
  const sorted = suffixArray(symbols, characters.length + FIRST_CHARACTER);
  const prefixes = commonPrefixes(symbols, sorted, FIRST_CHARACTER - 1);
  const weightBefore = new Float64Array(n + 1); // summed counts of the suffixes before a rank
  const countOf = new Float64Array(n); // per position: its word's count, and the word's end
  const wordEnd = new Int32Array(n);
  for (let w = 0; w + 1 < text.starts.length; w++) {
    countOf.fill(text.counts[w], text.starts[w], text.starts[w + 1]);
    wordEnd.fill(text.starts[w + 1] - 1, text.starts[w], text.starts[w + 1]);
  }
  for (let r = 0; r < n; r++) weightBefore[r + 1] = weightBefore[r] + countOf[sorted[r]];
  const pieceEnd = pieceEnds(text, rules);

  const first: number[] = []; // ranks from first to last - 1 start with the piece
  const last: number[] = [];
  const lengths: number[] = [];
  const meta = characters.indexOf(META_SYMBOL) + FIRST_CHARACTER;
  const offer = (from: number, to: number, length: number) => {
    const start = sorted[from];
    if (length < 2 || length > rules.maxLength || start + length > pieceEnd[start]) return;
    if (symbols[start + length - 1] === meta) return;
    const next = symbols[start + length];
    if (next === symbols[sorted[to - 1] + length] && next !== END_EITHER) return;
    first.push(from);
    last.push(to);
    lengths.push(length);
  };
  // Every group of ranks with a common prefix longer than its neighbours' is one candidate.
  const stack: { from: number; length: number }[] = [];
  for (let r = 1; r <= n; r++) {
    const length = r < n ? prefixes[r] : 0;
    let from = r - 1;
    while (stack.length > 0 && stack[stack.length - 1].length > length) {
      const group = stack.pop()!;
      offer(group.from, r, group.length);
      from = group.from;
    }
    if (length > 0 && (stack.length === 0 || stack[stack.length - 1].length < length)) {
      stack.push({ from, length });
    }
  }
  // A suffix of one word only is a candidate where two things follow the word.
  for (let r = 0; r < n; r++) {
    const length = wordEnd[sorted[r]] - sorted[r];
    const shared = Math.max(prefixes[r], r + 1 < n ? prefixes[r + 1] : 0);
    if (length > shared && symbols[wordEnd[sorted[r]]] === END_EITHER) offer(r, r + 1, length);
  }

  const weightOf = (i: number) => (weightBefore[last[i]] - weightBefore[first[i]]) * lengths[i];
  let chosen = first.map((_, i) => i);
  if (chosen.length > limit) {
    const weight = Float64Array.from(chosen, weightOf);
    chosen = chosen.sort((a, b) => weight[b] - weight[a] || a - b).slice(0, limit);
  }
  // Shorter pieces first, so that the edges of a position come out in order of length.
  chosen.sort((a, b) => lengths[a] - lengths[b] || a - b);

  const single = characters.length;
  const pieces: SeedPieces = {
    starts: new Int32Array(single + chosen.length),
    lengths: new Uint16Array(single + chosen.length).fill(1, 0, single),
    weights: new Float64Array(single + chosen.length),
    offsets: new Uint32Array(n + 1),
    edges: new Int32Array(0),
  };
  const degree = new Uint32Array(n);
  for (let p = 0; p < n; p++) {
    const character = symbols[p] - FIRST_CHARACTER;
    if (character < 0) continue;
    pieces.starts[character] = p;
    pieces.weights[character] += countOf[p];
    degree[p] = 1;
  }
  for (const [k, i] of chosen.entries()) {
    pieces.starts[single + k] = sorted[first[i]];
    pieces.lengths[single + k] = lengths[i];
    pieces.weights[single + k] = weightOf(i);
    for (let r = first[i]; r < last[i]; r++) degree[sorted[r]]++;
  }
  for (let p = 0; p < n; p++) pieces.offsets[p + 1] = pieces.offsets[p] + degree[p];
  const edges = new Int32Array(pieces.offsets[n]);
  const next = pieces.offsets.slice();
  for (let p = 0; p < n; p++) {
    if (symbols[p] >= FIRST_CHARACTER) edges[next[p]++] = symbols[p] - FIRST_CHARACTER;
  }
  for (const [k, i] of chosen.entries()) {
    for (let r = first[i]; r < last[i]; r++) edges[next[sorted[r]]++] = single + k;
  }
  return { ...pieces, edges };
}

/** For each position, where the longest piece that may start there ends. */
function pieceEnds(text: TrainingText, rules: PieceRules): Int32Array {
  const { symbols, starts, characters } = text;
  const kinds = characters.map((character) => characterKind(character, rules));
  const ends = new Int32Array(symbols.length);
  for (let w = 0; w + 1 < starts.length; w++) {
    // Going backwards: where a piece that starts here must end, and the nearest character that has a script.
    let end = starts[w + 1] - 1;
    let script = ANY;
    let scriptAt = end;
    for (let p = end - 1; p >= starts[w]; p--) {
      const kind = symbols[p] === RARE ? ALONE : kinds[symbols[p] - FIRST_CHARACTER];
      if (kind === ALONE) {
        ends[p] = p + 1;
        end = p;
        script = ANY;
        continue;
      }
      if (kind === RESET) script = ANY;
      else if (kind !== ANY) {
        if (script !== ANY && script !== kind) end = scriptAt;
        script = kind;
        scriptAt = p;
      }
      ends[p] = end;
    }
  }
  return ends;
}

const ANY = -1; // goes with every script
const RESET = -2; // goes with every script, and so do its neighbours with each other
const ALONE = -3; // is no part of a longer piece

function characterKind(character: string, rules: PieceRules): number {
  if (character === META_SYMBOL) return ANY;
  const isDigit = character >= "0" && character <= "9";
  if (isDigit && rules.splitDigits) return ALONE;
  if (!rules.splitByUnicodeScript) return ANY;
  if (isDigit) return rules.splitByNumber ? COMMON : RESET;
  const script = scriptOf(character);
  return script === INHERITED ? ANY : script;
}
