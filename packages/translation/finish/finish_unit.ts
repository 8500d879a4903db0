import type { CrossAttention } from "@heed/model";
import type { Hypothesis } from "@heed/search";
import type { PlaceLink, UsedTerm } from "../links/place_link.ts";
import type { TranslationTokenizer } from "../model.ts";
import { inventsSpans } from "../protected/stand_ins.ts";
import { placeInOriginal, type Unit } from "../unit.ts";
import type { Attempt } from "./attempts.ts";
import { looksBroken } from "./babble.ts";
import { applyEdits, type Edit, editedPlaces } from "./edits.ts";

/** A sentence, or a part of one, and what became of it. */
export interface FinishedUnit {
  /** The sentence as it stands in the text. */
  readonly source: string;
  /** Its translation. */
  readonly text: string;
  /** Of a part: where it begins in the whole. */
  readonly at?: number;
  /** What the model read and wrote; undefined when the source stands for it. */
  readonly found?: {
    readonly ids: number[];
    readonly tokens: string[];
    readonly hypothesis: Hypothesis;
    /** The decoded hypothesis. */
    readonly output: string;
    /** Attention of the hypothesis over the ids, where it was computed. */
    readonly attention?: CrossAttention;
    /** Words of `source` and `text` that belong together, where they are asked for. */
    readonly links: readonly PlaceLink[];
    /** Terms of the glossary, by their places in `source` and `text`. */
    readonly terms: readonly UsedTerm[];
  };
}

/** What translations are judged by. */
export interface JudgeOptions {
  readonly tokenizer: TranslationTokenizer;
  /** Language of the target. */
  readonly target?: string;
  /** Translations wanted of each unit. */
  readonly ranks: number;
  /** Whether what looks broken is tried again. */
  readonly isChecked: boolean;
  /** Whether placeholders and the like may not come from nowhere. */
  readonly protectsSpans: boolean;
}

/** A translation that has everything that it must have; where marks belong is not known yet. */
export interface Candidate {
  readonly hypothesis: Hypothesis;
  readonly output: string;
  /** What puts the spans back. */
  readonly edits: readonly Edit[];
}

/** Judges what was found, best first; those that are not right are undefined. */
export function judge(
  attempt: Attempt,
  hypotheses: readonly Hypothesis[],
  { tokenizer, target, ranks, isChecked, protectsSpans }: JudgeOptions,
): (Candidate | undefined)[] {
  return hypotheses.slice(0, ranks).map((hypothesis) => {
    const output = tokenizer.decode(hypothesis.ids).trim();
    const isBroken = isChecked && looksBroken({ source: attempt.text, output, target }) ||
      protectsSpans && inventsSpans(output, attempt.text);
    const edits = isBroken ? undefined : attempt.restore(output);
    return edits && { hypothesis, output, edits };
  });
}

/** What aligns words; loaded only where something has to be aligned. */
export interface Aligning {
  readonly placeMarks: typeof import("../marks/place_marks.ts").placeMarks;
  /** Present where links are asked for. */
  readonly linkPlaces?: typeof import("../links/link_places.ts").linkPlaces;
}

/** Makes the translations of a unit from its candidates; undefined when the best one is not right. */
export function finishUnit(
  { unit, attempt, candidates }: {
    readonly unit: Unit;
    readonly attempt: Attempt;
    readonly candidates: readonly (Candidate | undefined)[];
  },
  { tokenizer, attentions, aligning }: {
    readonly tokenizer: TranslationTokenizer;
    readonly attentions: ReadonlyMap<Hypothesis, CrossAttention>;
    readonly aligning: Aligning | undefined;
  },
): FinishedUnit[] | undefined {
  const { text, original = text, marks = [], spans = [], at } = unit;
  const byRank: FinishedUnit[] = [];
  for (const candidate of candidates) {
    const finished = candidate && finishCandidate(candidate);
    if (finished === undefined && byRank.length === 0) return undefined;
    byRank.push(finished ?? byRank[0]);
  }
  return byRank;

  function finishCandidate({ hypothesis, output, edits }: Candidate): FinishedUnit | undefined {
    const attention = attentions.get(hypothesis);
    const targetTokens = hypothesis.ids.map((id) => tokenizer.idToToken(id) ?? String(id));
    const places = marks.length === 0 ? [] : attention && aligning!.placeMarks(
      {
        source: { text: attempt.text, tokens: attempt.tokens },
        target: { text: output, tokens: targetTokens },
        attention,
      },
      marks,
      attempt.place,
    );
    if (places === undefined) return undefined;
    const all = [...edits, ...places];
    // What comes back as it went keeps its white space, entities and marks, too.
    const isSame = !spans.some(({ term }) => term) &&
      output.replace(/\s+/g, " ") === attempt.text.replace(/\s+/g, " ");
    const linked = { unit, attempt, output, targetTokens, edits: all, isSame };
    const { ids, tokens } = attempt;
    const found = {
      ...{ ids, tokens, hypothesis, output, attention, terms: termsOf(output, all) },
      links: attention && aligning?.linkPlaces?.({ ...linked, attention }) || [],
    };
    const written = isSame ? original : applyEdits(output, all, attempt.between);
    return { source: original, text: written, at, found };
  }

  function termsOf(output: string, edits: readonly Edit[]): UsedTerm[] {
    if (!spans.some(({ term }) => term)) return [];
    const final = editedPlaces(output, edits, attempt.between);
    return edits.flatMap(({ start, end, span }) => {
      const { term, ...place } = spans[span ?? -1] ?? {};
      if (term === undefined) return [];
      const [first, last] = placeInOriginal(unit, place.start!, place.end!);
      const [from, to] = final(start, end);
      const source = { start: first, end: last }, target = { start: from, end: to };
      return [{ term: term.term, source, target }];
    });
  }
}
