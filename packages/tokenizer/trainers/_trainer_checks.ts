// Checks of the trainers' options, before anything is read.

/** Throws unless `value` is undefined or a whole number of at least `least`. */
export function checkWholeNumber(
  trainer: string,
  name: string,
  value: number | undefined,
  least: number,
): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  throw new RangeError(
    `Cannot train ${trainer} with ${name} ${value}: ${name} must be a whole number of at least ${least}`,
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
