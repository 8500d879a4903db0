import { hasUnknown } from "../protected/sentence_spans.ts";
import {
  beginWithSpans,
  chooseStandIns,
  keepsSpans,
  restoreSpans,
  slotStandIns,
  type StandIns,
} from "../protected/stand_ins.ts";
import { slotTokens } from "../protected/slot_tokens.ts";
import type { TranslationTokenizer } from "../model.ts";
import { encodeSource } from "../text_plan.ts";
import type { Unit } from "../unit.ts";
import { lowerCapitals, raiseCapitals } from "./capitals.ts";
import type { Edit } from "./edits.ts";

/** What the model reads for a unit, and what is made of its output. */
export interface Attempt {
  /** What the model reads. */
  readonly text: string;
  /** Source ids, the end token last. */
  readonly ids: number[];
  /** Source tokens, the end token last. */
  readonly tokens: string[];
  /** Whether the search is another than at first. */
  readonly isAgain?: boolean;
  /** Tokens that the output has to have, each once. */
  readonly requiredIds?: readonly number[];
  /** Where each span of the unit is in `text`: its places there are those of the unit, changed by what this says. */
  readonly place: (offset: number) => number;
  /** Puts the spans back; undefined when the output does not have each of them once. */
  restore(output: string): readonly Edit[] | undefined;
  /** What a beginning of the output will be, as far as that is certain. */
  begin(output: string): string;
  /** Writes what is translated as the unit is written. */
  readonly between: (gap: string) => string;
}

/** What attempts are made by. */
export interface AttemptOptions {
  readonly tokenizer: TranslationTokenizer;
  readonly targetToken?: string;
  /** Most tokens that the model reads. */
  readonly maxTokens: number;
  /** Language of the source. */
  readonly locale: string;
  /** Language of the target. */
  readonly target?: string;
  /** Target ids of the slot tokens in a model that was taught to copy them; empty where a slot is not one token. */
  readonly slotIds: readonly number[] | undefined;
}

const same = (offset: number) => offset;

/** What to try with a unit, the best first. The first of a unit without spans is the unit as it stands. */
export function* attemptsOf(unit: Unit, options: AttemptOptions): Generator<Attempt> {
  const { text, spans = [], marks = [] } = unit;
  const lowered = lowerAround(unit, options);
  const raise = (gap: string) => lowered === undefined ? gap : raiseCapitals(gap, options.target);
  const between = (gap: string) => unit.escape?.(raise(gap)) ?? raise(gap);
  if (spans.length === 0) {
    const read = lowered === undefined ? unit : encodeSource(lowered, options);
    const attempt = {
      ...{ ...read, text: lowered ?? text, place: same },
      ...{ restore: () => [], begin: between, between },
    };
    yield attempt;
    yield { ...attempt, isAgain: true };
    return;
  }
  const withStandIns = (standIns: StandIns | undefined): Attempt | undefined => {
    if (standIns === undefined || standIns.names.length < spans.length) return undefined;
    let read = "", done = 0;
    const source = lowered ?? text;
    spans.forEach(({ start, end }, i) => {
      read += source.slice(done, start) + standIns.names[i];
      done = end;
    });
    read += source.slice(done);
    const encoded = encodeSource(read, options);
    if (encoded.ids.length > options.maxTokens) return undefined;
    const place = (offset: number) =>
      spans.reduce(
        (sum, { start, end }, i) =>
          end <= offset ? sum + standIns.names[i].length - (end - start) : sum,
        offset,
      );
    const restore = (output: string) => restoreSpans(output, spans, standIns);
    const begin = (output: string) => beginWithSpans(output, { spans, standIns, between });
    return { text: read, ...encoded, place, restore, begin, between };
  };
  const { slotIds } = options;
  const slots = slotIds && withStandIns(slotStandIns(text, slotTokens));
  if (slots) yield slots;
  // Where one was left out or came twice, the search insists.
  if (slots && slotIds.length > 0) {
    yield { ...slots, isAgain: true, requiredIds: slotIds.slice(0, spans.length) };
  }
  // A model copies much of what its vocabulary has, and knows better than any stand-in what stands there.
  const isSimple = marks.length === 0 && lowered === undefined &&
    unit.ids.length <= options.maxTokens &&
    spans.every(({ start, end, output }) => output === text.slice(start, end)) &&
    !(unit.escape && spans.some(({ output }) => unit.escape!(output) !== output)) &&
    !spans.some(({ output }) =>
      hasUnknown(options.tokenizer.encode(output).ids, options.tokenizer)
    );
  if (isSimple) {
    const restore = (output: string) => keepsSpans(output, text, spans) ? [] : undefined;
    yield { ...unit, place: same, restore, begin: between, between };
  }
  const standing = withStandIns(chooseStandIns(text, spans.length));
  if (standing) yield standing;
}

/** A unit in capitals as a sentence is written, spans as they are. */
function lowerAround(
  { text, spans = [] }: Unit,
  { tokenizer, locale }: AttemptOptions,
): string | undefined {
  // Of one length with the text, so that the places of the spans are the same.
  const blank = spans.reduce(
    (rest, { start, end }) => rest.slice(0, start) + " ".repeat(end - start) + rest.slice(end),
    text,
  );
  const lowered = lowerCapitals(blank, { tokenizer, locale });
  if (lowered === undefined || lowered.length !== text.length) return undefined;
  return spans.reduce(
    (rest, { start, end }) => rest.slice(0, start) + text.slice(start, end) + rest.slice(end),
    lowered,
  );
}
