import type { CharacterSet, RegexNode } from "./tree.ts";

/** How an expression is run. */
export interface EngineChoice {
  /** The JavaScript engine, which is fast and tries ways again; or one that remembers what it tried. */
  readonly engine: "native" | "memo";
  /** Sets that the native engine may read far ahead from a place and still not match there. */
  readonly readAhead: readonly CharacterSet[];
}

/** Ways to try one place, for each step and in all; and where one of the steps is a repeat without an end. */
const MOST_WAYS_PER_STEP = 64, MOST_WAYS = 1 << 14, MOST_LONG_WAYS = 32;
/** Steps of an expression, its repeats written out. */
const MOST_STEPS = 1 << 14;

/**
 * Says how an expression is run.
 *
 * The native engine is chosen where one place of a text can take it no more than a few times as long as the text: where
 * repeats without an end repeat single characters or fixed strings, no way from the beginning to the end of the
 * expression has two of them behind which it can fail, and the smaller choices do not multiply.
 */
export function chooseEngine(node: RegexNode): EngineChoice {
  const work = workOf(node, false);
  const mostWays = work.long === 0
    ? Math.min(MOST_WAYS, MOST_WAYS_PER_STEP * work.steps)
    : MOST_LONG_WAYS;
  const isNative = work.long <= 1 && work.steps <= MOST_STEPS && work.ways <= mostWays;
  return { engine: isNative ? "native" : "memo", readAhead: isNative ? work.readAhead : [] };
}

/** What trying a node at one place can take. */
interface Work {
  /** Ways that can be tried one after the other when what follows fails. */
  readonly ways: number;
  /** Most repeats without an end, on one way, that can be in vain. */
  readonly long: number;
  /** Sets and choices, those in repeats as often as they are repeated. */
  readonly steps: number;
  readonly readAhead: readonly CharacterSet[];
}

const NONE: Work = { ways: 1, long: 0, steps: 0, readAhead: [] };
const TOO_MUCH: Work = { ...NONE, long: Infinity };

/** `canFail`: whether what follows can fail, so that the node is tried in other ways. */
function workOf(node: RegexNode, canFail: boolean): Work {
  switch (node.kind) {
    case "set":
      return { ...NONE, steps: 1 };
    case "sequence": {
      let work = NONE;
      for (let i = node.parts.length - 1; i >= 0; i--) {
        work = inARow(workOf(node.parts[i], canFail), work);
        canFail ||= canMiss(node.parts[i]);
      }
      return work;
    }
    case "choice": {
      const works = node.options.map((option) => workOf(option, canFail));
      const ways = works.map((work) => work.ways);
      const long = Math.max(...works.map((work) => work.long));
      return {
        ways: canFail || long > 0 ? sum(ways) : Math.max(...ways),
        long,
        steps: sum(works.map((work) => work.steps)) + works.length,
        readAhead: works.flatMap((work) => work.readAhead),
      };
    }
    case "repeat":
      return workOfRepeat(node, canFail);
    case "atomic": {
      const inside = workOf(node.body, false);
      return canFail ? readingAll(node.body, inside) : inside;
    }
    case "look": {
      const inside = workOf(node.body, false);
      // Backwards, every place would read again what lies before it.
      if (node.isBehind && readingAll(node.body, inside).long > 0) return TOO_MUCH;
      return readingAll(node.body, inside);
    }
  }
}

function workOfRepeat(
  { body, least, most }: { body: RegexNode; least: number; most: number },
  canFail: boolean,
): Work {
  if (most === 0) return NONE;
  if (most === Infinity) {
    const sets = setsOf(body);
    if (sets === undefined) return TOO_MUCH;
    const steps = sets.length * (least + 1);
    return { ways: 1, long: canFail ? 1 : 0, steps, readAhead: canFail ? sets : [] };
  }
  const inside = workOf(body, canFail || most > 1 && canMiss(body));
  return {
    ways: inside.ways ** most * (canFail ? most - least + 1 : 1),
    long: inside.long * most,
    steps: inside.steps * most,
    readAhead: inside.readAhead,
  };
}

/** What reads ahead and consumes nothing, or is not tried otherwise, may do so at every place. */
function readingAll(node: RegexNode, inside: Work): Work {
  const sets = repeatedSets(node);
  return sets.length === 0
    ? inside
    : { ...inside, long: Math.max(inside.long, countLong(node)), readAhead: sets };
}

/** The sets that are repeated without an end. */
function repeatedSets(node: RegexNode): CharacterSet[] {
  switch (node.kind) {
    case "set":
      return [];
    case "sequence":
      return node.parts.flatMap(repeatedSets);
    case "choice":
      return node.options.flatMap(repeatedSets);
    case "repeat":
      return node.most === Infinity ? setsOf(node.body) ?? [] : repeatedSets(node.body);
    case "atomic":
    case "look":
      return repeatedSets(node.body);
  }
}

/** Most repeats without an end on one way. */
function countLong(node: RegexNode): number {
  switch (node.kind) {
    case "set":
      return 0;
    case "sequence":
      return sum(node.parts.map(countLong));
    case "choice":
      return Math.max(...node.options.map(countLong));
    case "repeat":
      return node.most === Infinity ? 1 : countLong(node.body) * node.most;
    case "atomic":
    case "look":
      return countLong(node.body);
  }
}

/** The sets of a body that matches one way only: a set, or a string of them. */
function setsOf(body: RegexNode): CharacterSet[] | undefined {
  if (body.kind === "set") return [body];
  if (body.kind !== "sequence" || body.parts.length === 0) return undefined;
  const sets = body.parts.filter((part) => part.kind === "set");
  return sets.length === body.parts.length ? sets : undefined;
}

function inARow(first: Work, second: Work): Work {
  return {
    ways: first.ways * second.ways,
    long: first.long + second.long,
    steps: first.steps + second.steps,
    readAhead: [...first.readAhead, ...second.readAhead],
  };
}

/** Whether there are texts that a node does not match. */
function canMiss(node: RegexNode): boolean {
  switch (node.kind) {
    case "set":
    case "look":
      return true;
    case "sequence":
      return node.parts.some(canMiss);
    case "choice":
      return node.options.every(canMiss);
    case "repeat":
      return node.least > 0 && canMiss(node.body);
    case "atomic":
      return canMiss(node.body);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
