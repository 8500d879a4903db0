const LONGEST = 80; // characters

/** A value as errors quote it: JSON, and not more than its beginning. */
export function shown(value: unknown): string {
  if (typeof value === "string") {
    // Cut first: a value may be as long as its file.
    return value.length > LONGEST
      ? `${JSON.stringify(value.slice(0, LONGEST).toWellFormed())}...`
      : JSON.stringify(value);
  }
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch {
    // Nested deeper than the stack is.
  }
  if (json === undefined) return typeof value;
  return json.length > LONGEST ? `${json.slice(0, LONGEST).toWellFormed()}...` : json;
}
