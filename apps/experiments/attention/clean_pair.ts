/** Sentence pairs that a small model can learn something general from. */
export interface CleanLimits {
  /** Fewest words of either side. */
  readonly minWords: number;
  /** Most words of either side. */
  readonly maxWords: number;
}

const BEGINS = /^["“„(]?\p{Lu}/u;
const ENDS = /[.!?]["”“)]?$/;
/** Placeholders, markup, paths, options, addresses. */
const NO_PROSE = /[%{}<>\\$|@#=_[\]~^*]|--|https?:|www\.|\.\.\.|…/;
const LEAST_LETTERS = 0.85;

/** Words between white space. */
export function countWords(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

/** Whether both sides are whole sentences of prose of about the same length. */
export function isCleanPair(source: string, target: string, limits: CleanLimits): boolean {
  const lengths = [countWords(source), countWords(target)];
  const [shorter, longer] = lengths.toSorted((a, b) => a - b);
  if (shorter < limits.minWords || longer > limits.maxWords || longer > 2 * shorter) return false;
  return [source, target].every(isProse);
}

function isProse(text: string): boolean {
  if (!BEGINS.test(text) || !ENDS.test(text) || NO_PROSE.test(text)) return false;
  const letters = text.match(/[\p{L} ]/gu)?.length ?? 0;
  return letters >= LEAST_LETTERS * text.length;
}
