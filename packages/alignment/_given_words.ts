import type { Piece, WordGroups } from "./words.ts";

/** Groups pieces to words that are given, by walking through the characters of both. */
export function groupByWords(pieces: readonly Piece[], given: readonly string[]): WordGroups {
  const normal = given.map(normalize);
  const text = normal.join("");
  const wordAt = normal.flatMap((word, index) => Array<number>(word.length).fill(index));
  const entries: { word: string; group: number[]; isSpecial: boolean }[] = [];
  const byWord = new Map<number, (typeof entries)[number]>();
  const assign = (index: number, word: number) => {
    let entry = byWord.get(word);
    if (entry === undefined) {
      entry = { word: given[word], group: [], isSpecial: false };
      byWord.set(word, entry);
      entries.push(entry);
    }
    if (entry.group.at(-1) !== index) entry.group.push(index);
  };
  let place = 0;
  pieces.forEach((piece, index) => {
    if (piece.isSpecial) {
      entries.push({ word: piece.text, group: [index], isSpecial: true });
      return;
    }
    const own = normalize(piece.text);
    if (own === "" && text !== "") {
      // A lone mark belongs to what follows, the rest of a character's bytes to what was before.
      const at = piece.isStart ? place : place - 1;
      assign(index, wordAt[Math.max(0, Math.min(at, text.length - 1))]);
      return;
    }
    const end = piece.isUnknown ? endOfUnknown(pieces, index, place) : place + own.length;
    const fits = place < text.length && (piece.isUnknown || text.startsWith(own, place));
    if (!fits) {
      throw new RangeError(
        `Cannot group tokens to the words given: token ${index} is ${
          JSON.stringify(piece.text)
        }, ` +
          `but the words go on with ${JSON.stringify(text.slice(place, place + 20))}; ` +
          "give the words of the same text",
      );
    }
    for (let at = place; at < end; at++) assign(index, wordAt[at]);
    place = end;
  });
  if (place < text.length) {
    throw new RangeError(
      `Cannot group tokens to the words given: no token is left for ` +
        `${JSON.stringify(text.slice(place, place + 20))}; give the words of the same text`,
    );
  }
  return {
    words: entries.map(({ word }) => word),
    groups: entries.map(({ group }) => group),
    isSpecial: entries.map(({ isSpecial }) => isSpecial),
  };

  /** Unknown text ends where the next piece begins, at the latest with its word. */
  function endOfUnknown(all: readonly Piece[], index: number, from: number): number {
    let end = from;
    while (end < text.length && wordAt[end] === wordAt[from]) end++;
    const next = all[index + 1];
    if (next === undefined || next.isStart || next.isSpecial || next.isUnknown) return end;
    const found = text.indexOf(normalize(next.text), from + 1);
    return found < 0 ? end : Math.min(found, end);
  }
}

function normalize(text: string): string {
  return text.normalize("NFKC").replace(/\s+/gu, "");
}
