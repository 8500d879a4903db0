// Checks of the trainers' options, before anything is read.

/** Throws unless `value` is undefined or a whole number from `least` to `most`. */
export function checkWholeNumber(
  trainer: string,
  name: string,
  value: number | undefined,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): void {
  if (value === undefined) return;
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `Cannot train ${trainer} with ${name} ${value}: ${name} must be a whole number of at least ${least}` +
      (most < Number.MAX_SAFE_INTEGER ? ` and at most ${most}` : ""),
  );
}

/** Throws unless `value` is a number from 0 to 1. */
export function checkShare(trainer: string, name: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new RangeError(
    `Cannot train ${trainer} with ${name} ${value}: ${name} must be from 0 to 1`,
  );
}

/** Throws if a special token is empty or given twice. */
export function checkSpecialTokens(trainer: string, tokens: readonly string[]): void {
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token === "" || seen.has(token)) {
      throw new RangeError(
        `Cannot train ${trainer} with specialTokens: ${JSON.stringify(token)} is ${
          token === "" ? "empty" : "given twice"
        }`,
      );
    }
    seen.add(token);
  }
}

/** Throws unless every entry is one character. */
export function checkAlphabet(trainer: string, alphabet: readonly string[]): void {
  for (const entry of alphabet) {
    if ([...entry].length === 1) continue;
    throw new RangeError(
      `Cannot train ${trainer} with initialAlphabet entry ${JSON.stringify(entry)}: ` +
        "every entry must be one character",
    );
  }
}
