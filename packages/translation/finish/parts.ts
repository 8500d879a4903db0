import type { GlossaryMatch } from "../glossary/find_terms.ts";
import { splitLongSentence } from "../long_sentences.ts";
import { encodeSource } from "../text_plan.ts";
import { originalOf, type Piece, placeInOriginal, type Unit } from "../unit.ts";
import type { AttemptOptions } from "./attempts.ts";

/** Where a unit is cut, and what stands there. */
interface Cut {
  readonly start: number;
  readonly end: number;
  readonly output: string;
  readonly term?: GlossaryMatch;
}

/** Cuts a unit around its spans and marks, or into clauses; undefined when there is nothing to cut. */
export function partsOf(unit: Unit, options: AttemptOptions): Piece[] | undefined {
  const { text, spans = [], marks = [] } = unit;
  const cuts: Cut[] = [...spans];
  const addMark = ({ start, end, open, close, inside }: (typeof marks)[number]) => {
    // The space before a picture is there already where it was not taken out.
    const output = /\s$/u.test(text.slice(0, start)) ? open.trimStart() : open;
    cuts.push({ start, end: start, output });
    inside.forEach(addMark);
    if (close !== "") cuts.push({ start: end, end, output: close });
  };
  marks.forEach(addMark);
  if (cuts.length === 0) return clausesOf(unit, options);
  const parts: Piece[] = [];
  let done = 0;
  // Stable: marks at one place stay in their order.
  for (const cut of cuts.sort((a, b) => a.start - b.start || a.end - b.end)) {
    const { start, end, output, term } = cut;
    parts.push(...partOf(unit, [done, start], options));
    if (term) {
      const [at] = placeInOriginal(unit, start, end);
      parts.push({ term, source: originalOf(unit, start, end), text: output, at });
    } else parts.push(output);
    done = Math.max(done, end);
  }
  return [...parts, ...partOf(unit, [done, text.length], options)];
}

function clausesOf(unit: Unit, options: AttemptOptions): Piece[] | undefined {
  const words = (text: string) => text.match(/\p{L}+/gu)?.length ?? 0;
  const maxTokens = Math.ceil(words(unit.text) / 2);
  if (maxTokens < 3) return undefined;
  let start = 0;
  const clauses = splitLongSentence(unit.text, { maxTokens, countTokens: words }).map((clause) => {
    start += clause.length;
    return partOf(unit, [start - clause.length, start], options);
  });
  return clauses.length < 2 ? undefined : clauses.flat();
}

/** A part as a unit, without what stands around its words. */
function partOf(
  unit: Unit,
  [start, end]: readonly [number, number],
  options: AttemptOptions,
): Piece[] {
  if (start >= end) return [];
  const body = /[\p{L}\p{N}](?:.*[\p{L}\p{N}])?/su.exec(unit.text.slice(start, end));
  if (body === null || !/\p{L}/u.test(body[0])) return [originalOf(unit, start, end)];
  const [first, last] = [start + body.index, start + body.index + body[0].length];
  const [at] = placeInOriginal(unit, first, last);
  const part: Unit = {
    text: body[0],
    ...encodeSource(body[0], options),
    escape: unit.escape,
    original: originalOf(unit, first, last),
    place: (from, to) => {
      const [begin, behind] = placeInOriginal(unit, first + from, first + to);
      return [begin - at, behind - at];
    },
    at,
  };
  return [originalOf(unit, start, first), part, originalOf(unit, last, end)];
}
