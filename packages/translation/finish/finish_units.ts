import type { CrossAttention } from "@heed/model";
import type { Hypothesis } from "@heed/search";
import { type GivenTerm, isUnit, type Piece, type Unit } from "../unit.ts";
import { type Attempt, type AttemptOptions, attemptsOf } from "./attempts.ts";
import {
  type Aligning,
  type Candidate,
  type FinishedUnit,
  finishUnit,
  judge,
  type JudgeOptions,
} from "./finish_unit.ts";
import { partsOf } from "./parts.ts";

/** What a unit became: what is kept, terms, and what was translated, in order. */
export type FinishedPieces = readonly (string | GivenTerm | FinishedUnit)[];

/** What a model read and wrote. */
export interface AttendedIds {
  /** Source ids, the end token last. */
  readonly ids: number[];
  readonly hypothesis: Hypothesis & { readonly crossAttention?: CrossAttention };
}

/** How {@linkcode finishUnits} works. */
export interface FinishOptions extends AttemptOptions, JudgeOptions {
  /** Whether the attention of every translation is wanted, and not only of those that have marks. */
  readonly attends: boolean;
  /** Whether words are linked. */
  readonly links: boolean;
  /** Searches for many attempts at once: in another way, and with attention for some. */
  search(
    attempts: readonly Attempt[],
    how: {
      readonly isAgain: boolean;
      readonly attends: (attempt: Attempt) => boolean;
      /** What an attempt is made for. */
      readonly unitOf: (attempt: Attempt) => Unit;
    },
  ): Promise<Map<Attempt, Hypothesis[]>>;
  /** Computes attention; of a model that has none there is none. */
  attend(pairs: readonly AttendedIds[]): Promise<Map<Hypothesis, CrossAttention>>;
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
type Result = { readonly byRank: FinishedUnit[] } | { readonly parts: readonly Piece[] };

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
  const keep = ({ text, original = text, at }: Unit) => ({
    byRank: [{ source: original, text: original, at }],
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
    return parts?.flatMap((part) => isUnit(part) ? begin(part, true) : []) ?? [];
  };
  let round = units.flatMap((unit) => begin(unit, false));
  while (round.length > 0) {
    const found = new Map<Attempt, Hypothesis[]>();
    const marked = new Set(
      round.filter(({ unit: { marks = [] } }) => options.attends || marks.length > 0)
        .map(({ attempt }) => attempt),
    );
    const attends = (attempt: Attempt) => marked.has(attempt);
    const unitsOf = new Map(round.map(({ attempt, unit }) => [attempt, unit]));
    const unitOf = (attempt: Attempt) => unitsOf.get(attempt)!;
    for (const isAgain of [false, true]) {
      const attempts = round.map(({ attempt }) => attempt)
        .filter((attempt) => (attempt.isAgain ?? false) === isAgain);
      if (attempts.length === 0) continue;
      const how = { isAgain, attends, unitOf };
      for (const entry of await options.search(attempts, how)) found.set(...entry);
    }
    const judged = round.map((work): JudgedWork => ({
      ...{ work, unit: work.unit, attempt: work.attempt },
      candidates: judge(work.attempt, found.get(work.attempt)!, options),
    }));
    const parts = { tokenizer: options.tokenizer, ...await attend(judged, options) };
    const next: Work[] = [];
    for (const { work, ...own } of judged) {
      const { unit, attempts, isPart } = work;
      const byRank = finishUnit(own, parts);
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

/** A unit under way and what was found for it. */
interface JudgedWork {
  readonly work: Work;
  readonly unit: Unit;
  readonly attempt: Attempt;
  readonly candidates: readonly (Candidate | undefined)[];
}

/** Computes the attention that is needed, in one go, and loads what reads it. */
async function attend(
  judged: readonly JudgedWork[],
  { attends, links, attend }: FinishOptions,
): Promise<{ attentions: Map<Hypothesis, CrossAttention>; aligning: Aligning | undefined }> {
  const pairs = judged.flatMap(({ unit: { marks = [] }, attempt: { ids }, candidates }) =>
    attends || marks.length > 0
      ? candidates.flatMap((candidate) =>
        candidate ? [{ ids, hypothesis: candidate.hypothesis }] : []
      )
      : []
  );
  if (pairs.length === 0) return { attentions: new Map(), aligning: undefined };
  const attentions = await attend(pairs);
  const aligning: Aligning = {
    ...await import("../marks/place_marks.ts"), // with all of the alignment
    ...links ? await import("../links/link_places.ts") : undefined,
  };
  return { attentions, aligning };
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
    isUnit(part) ? piecesOf(part, rank, results, keep) : [part]
  );
  const isWhole = pieces.every((piece) =>
    typeof piece === "string" || "term" in piece || piece.found
  );
  return isWhole ? pieces : keep(unit).byRank;
}
