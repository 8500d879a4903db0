import type { Hypothesis } from "@heed/search";
import { splitLongSentence } from "../long_sentences.ts";
import type { TranslationModel } from "../model.ts";
import { inventsSpans } from "../protected/stand_ins.ts";
import { encodeSource, type Unit } from "../text_plan.ts";
import { type Attempt, type AttemptOptions, attemptsOf } from "./attempts.ts";
import { looksBroken } from "./babble.ts";
import { applyEdits, type Edit } from "./edits.ts";

/** A sentence, or a part of one, and what became of it. */
export interface FinishedUnit {
  /** The sentence as it stands in the text. */
  readonly source: string;
  /** Its translation. */
  readonly text: string;
  /** What the model read and wrote; undefined when the source stands for it. */
  readonly found?: {
    readonly ids: number[];
    readonly tokens: string[];
    readonly hypothesis: Hypothesis;
    /** The decoded hypothesis. */
    readonly output: string;
  };
}

/** What a unit became: what is kept and what was translated, in order. */
export type FinishedPieces = readonly (string | FinishedUnit)[];

/** How {@linkcode finishUnits} works. */
export interface FinishOptions extends AttemptOptions {
  readonly model: TranslationModel;
  /** Translations wanted of each unit. */
  readonly ranks: number;
  /** Whether what looks broken is tried again. */
  readonly isChecked: boolean;
  /** Whether placeholders and the like may not come from nowhere. */
  readonly protectsSpans: boolean;
  /** Searches for many attempts at once; `isAgain`: in another way. */
  search(attempts: readonly Attempt[], isAgain: boolean): Promise<Map<Attempt, Hypothesis[]>>;
}

/** A unit that is under way. */
interface Work {
  readonly unit: Unit;
  readonly attempts: Generator<Attempt>;
  /** Whether it is a part of a unit that could not be translated as a whole. */
  readonly isPart: boolean;
  attempt: Attempt;
}

/** A finished unit by rank, or the parts that it was cut into. */
type Result = { readonly byRank: FinishedUnit[] } | { readonly parts: readonly (string | Unit)[] };

/**
 * Translates units, checks what came out, and tries again what is not right: with words that stand for spans, by
 * another search, in parts. What cannot be translated stands as it was.
 *
 * @param units All units of all texts.
 * @param options The search, and what attempts are made by.
 * @returns What each unit became at a rank, the best being 0.
 */
export async function finishUnits(
  units: readonly Unit[],
  options: FinishOptions,
): Promise<(unit: Unit, rank: number) => FinishedPieces> {
  const results = new Map<Unit, Result>();
  const keep = ({ text, original = text }: Unit) => ({
    byRank: [{ source: original, text: original }],
  });
  const begin = (unit: Unit, isPart: boolean): Work[] => {
    const attempts = attemptsOf(unit, options);
    const first = unit.ids.length === 0 ? undefined : attempts.next().value;
    if (first !== undefined) return [{ unit, attempts, isPart, attempt: first }];
    return giveUp(unit, isPart);
  };
  const giveUp = (unit: Unit, isPart: boolean): Work[] => {
    const parts = isPart || unit.ids.length === 0 ? undefined : partsOf(unit, options);
    results.set(unit, parts ? { parts } : keep(unit));
    return parts?.flatMap((part) => typeof part === "string" ? [] : begin(part, true)) ?? [];
  };
  let round = units.flatMap((unit) => begin(unit, false));
  while (round.length > 0) {
    const found = new Map<Attempt, Hypothesis[]>();
    for (const isAgain of [false, true]) {
      const attempts = round.map(({ attempt }) => attempt)
        .filter((attempt) => (attempt.isAgain ?? false) === isAgain);
      if (attempts.length === 0) continue;
      for (const entry of await options.search(attempts, isAgain)) found.set(...entry);
    }
    const next: Work[] = [];
    for (const work of round) {
      const { unit, attempt, attempts, isPart } = work;
      const byRank = await finish(unit, attempt, found.get(attempt)!, options);
      if (byRank) {
        results.set(unit, { byRank });
        continue;
      }
      const following = attempts.next();
      if (following.done) next.push(...giveUp(unit, isPart));
      else {
        work.attempt = following.value;
        next.push(work);
      }
    }
    round = next;
  }
  return (unit, rank) => piecesOf(unit, rank, results, keep);
}

/** What a unit became; all of it stands as it was when a part of it does. */
function piecesOf(
  unit: Unit,
  rank: number,
  results: ReadonlyMap<Unit, Result>,
  keep: (unit: Unit) => { byRank: FinishedUnit[] },
): FinishedPieces {
  const result = results.get(unit)!;
  if ("byRank" in result) return [result.byRank[Math.min(rank, result.byRank.length - 1)]];
  const pieces = result.parts.flatMap((part) =>
    typeof part === "string" ? [part] : piecesOf(part, rank, results, keep)
  );
  const isWhole = pieces.every((piece) => typeof piece === "string" || piece.found);
  return isWhole ? pieces : keep(unit).byRank;
}

/** Makes the translations of a unit from what was found; undefined when the best one is not right. */
async function finish(
  unit: Unit,
  attempt: Attempt,
  hypotheses: readonly Hypothesis[],
  options: FinishOptions,
): Promise<FinishedUnit[] | undefined> {
  const { text, original = text } = unit;
  const byRank: FinishedUnit[] = [];
  for (const hypothesis of hypotheses.slice(0, options.ranks)) {
    const output = options.tokenizer.decode(hypothesis.ids).trim();
    const target = options.target;
    const isBroken = options.isChecked && looksBroken({ source: attempt.text, output, target }) ||
      options.protectsSpans && inventsSpans(output, attempt.text);
    const edits = isBroken ? undefined : attempt.restore(output);
    const marked = edits && await addMarks({ unit, attempt, hypothesis, output, edits }, options);
    if (marked === undefined) {
      if (byRank.length === 0) return undefined;
      byRank.push(byRank[0]);
      continue;
    }
    const { ids, tokens } = attempt;
    // What comes back as it went keeps its white space and entities, too.
    const isSame = unit.escape !== undefined &&
      output.replace(/\s+/g, " ") === attempt.text.replace(/\s+/g, " ");
    byRank.push({
      source: original,
      text: isSame ? original : applyEdits(output, marked, attempt.between),
      found: { ids, tokens, hypothesis, output },
    });
  }
  return byRank;
}

/** Adds the marks of a unit to the changes of its translation; undefined when their places cannot be told. */
async function addMarks(
  { unit, attempt, hypothesis, output, edits }: {
    unit: Unit;
    attempt: Attempt;
    hypothesis: Hypothesis;
    output: string;
    edits: readonly Edit[];
  },
  { model, tokenizer }: FinishOptions,
): Promise<readonly Edit[] | undefined> {
  const { marks = [] } = unit;
  if (marks.length === 0) return edits;
  const attention = await model.crossAttention(attempt.ids, hypothesis.ids).catch(() => undefined);
  if (attention === undefined) return undefined;
  const { placeMarks } = await import("../marks/place_marks.ts"); // with all of the alignment
  const places = placeMarks(
    {
      source: { text: attempt.text, tokens: attempt.tokens },
      target: {
        text: output,
        tokens: hypothesis.ids.map((id) => tokenizer.idToToken(id) ?? String(id)),
      },
      attention,
    },
    marks,
    attempt.place,
  );
  return places && [...edits, ...places];
}

/** Cuts a unit around its spans and marks, or into clauses; undefined when there is nothing to cut. */
function partsOf(unit: Unit, options: FinishOptions): (string | Unit)[] | undefined {
  const { text, spans = [], marks = [] } = unit;
  const cuts: { start: number; end: number; output: string }[] = [...spans];
  const addMark = ({ start, end, open, close, inside }: (typeof marks)[number]) => {
    // The space before a picture is there already where it was not taken out.
    const output = /\s$/u.test(text.slice(0, start)) ? open.trimStart() : open;
    cuts.push({ start, end: start, output });
    inside.forEach(addMark);
    if (close !== "") cuts.push({ start: end, end, output: close });
  };
  marks.forEach(addMark);
  if (cuts.length === 0) {
    const words = (text: string) => text.match(/\p{L}+/gu)?.length ?? 0;
    const maxTokens = Math.ceil(words(text) / 2);
    if (maxTokens < 3) return undefined;
    let start = 0;
    const clauses = splitLongSentence(text, { maxTokens, countTokens: words }).map((clause) => {
      start += clause.length;
      return partOf(unit, [start - clause.length, start], options);
    });
    return clauses.length < 2 ? undefined : clauses.flat();
  }
  const parts: (string | Unit)[] = [];
  let done = 0;
  // Stable: marks at one place stay in their order.
  for (const { start, end, output } of cuts.sort((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(...partOf(unit, [done, start], options), output);
    done = Math.max(done, end);
  }
  return [...parts, ...partOf(unit, [done, text.length], options)];
}

/** A part as a unit, without what stands around its words. */
function partOf(
  { text, escape, raw = (start, end) => text.slice(start, end) }: Unit,
  [start, end]: readonly [number, number],
  options: AttemptOptions,
): (string | Unit)[] {
  if (start >= end) return [];
  const body = /[\p{L}\p{N}](?:.*[\p{L}\p{N}])?/su.exec(text.slice(start, end));
  if (body === null || !/\p{L}/u.test(body[0])) return [raw(start, end)];
  const [first, last] = [start + body.index, start + body.index + body[0].length];
  const encoded = encodeSource(body[0], options);
  const part: Unit = { text: body[0], ...encoded, escape, original: raw(first, last) };
  return [raw(start, first), part, raw(last, end)];
}
