/** Longest line of a message that a person reads, in characters, and most lines where it names several faults. */
const MOST = { first: 600, line: 400, lines: 66 };

/** What the engine of JavaScript and WebAssembly say, which means nothing to somebody with a broken file. */
const INTERNAL = new RegExp(
  [
    "Cannot (?:read|set) propert|Cannot convert|Cannot mix|Cannot destructure|Cannot access '",
    "is not (?:iterable|a function|defined|a constructor)|(?:read|set)ing '|of undefined$",
    "Invalid (?:array length|typed array length|string length|array buffer length|count value)",
    "Array buffer allocation|Maximum call stack|memory access out of bounds|unreachable",
    "offset is out of bounds|Offset is outside|should be a multiple|Reduce of empty|Spread syntax",
    "invalid BigInt|cannot be converted to a BigInt|WebAssembly|must be between 0 and",
  ].join("|"),
);

/**
 * Judges how a reader refused a file.
 *
 * @param thrown What it threw.
 * @returns What is wrong with that; undefined when it says clearly what could not be done, and why.
 */
export function faultOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return `threw ${typeof thrown}`;
  const { message } = thrown;
  const shown = `${thrown.name}: ${message.length > 300 ? `${message.slice(0, 300)}…` : message}`;
  if (INTERNAL.test(message)) return `internal error, ${shown}`;
  if (!/(?:^|: )Cannot /.test(message)) return `says no action, ${shown}`;
  const [first, ...lines] = message.split("\n");
  if (first.length > MOST.first || lines.some((line) => line.length > MOST.line)) {
    return `${message.length} characters, ${shown}`;
  }
  if (lines.length > MOST.lines) return `${lines.length} lines, ${shown}`;
  return undefined;
}

/** What findings have in common that are one fault: its place and message without what differs. */
export function faultKey(fault: string, stack: string): string {
  const place = /packages\/([\w/.-]+\.ts):(\d+)/.exec(stack);
  // Of a message that is too long the beginning says which one it is.
  const plain = fault.startsWith("internal") ? fault : fault.replace(/(.)["[{(].*$/s, "$1…");
  const text = plain.replace(/"(?:[^"\\]|\\.)*"?/g, '"…"').replace(/\/\S+\//g, "/").replace(
    /\d+/g,
    "N",
  );
  return `${place ? `${place[1]}:${place[2]}` : "unknown place"} ${text.slice(0, 120)}`;
}
