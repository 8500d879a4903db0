import type { Random } from "./random.ts";

/** A value of JSON as a tree that can say what `JSON.parse` cannot: a key twice, and numbers past 2^1024. */
type Node =
  | { kind: "text"; text: string }
  | { kind: "array"; items: Node[] }
  | { kind: "object"; entries: [key: string, value: Node][] };

/** Numbers that sizes, counts and ids are not, or that are believed too easily. */
const NUMBERS = [
  ..."0 -0 -1 1 2 0.5 -2147483648 2147483647 2147483648 4294967295 4294967296".split(" "),
  ..."1000000 10000000 1000000000 1000000000000 9007199254740991 9007199254740993".split(" "),
  ..."1e12 1e21 1e300 1e400 -1e400 1e-400 18446744073709551615 NaN Infinity 0x10".split(" "),
];

const VALUES = [
  ...["null", "true", "false", "[]", "{}", '""', "[null]", '{"":null}', '[[],{},"",0]'],
  ...['"\\u0000"', '"\\ud800"', '"__proto__"', '"../../etc/passwd"', '"\\n\\t"'],
];

const KEYS = ["__proto__", "constructor", "toString", "length", "", "0", "-1", "\u0000", "type"]
  .concat("key".repeat(2000));

/** Levels of nesting: about the limit of a strict reader, and more than a recursive one stands. */
const DEPTHS = [10, 100, 100_000];

/** Levels down to which a tree is built; deeper JSON is a leaf. */
const MAX_DEPTH = 60;

/**
 * Changes a JSON text by its structure: values by others, keys left out, renamed or given twice, entries
 * repeated or moved to another place. Text that is no JSON comes back as it is.
 */
export function mutateJson(text: string, random: Random): string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return text;
  }
  const root: Node = { kind: "array", items: [toNode(json, 0)] };
  mutate(root, random);
  return root.items.map(toText).join("");
}

/** Where a value stands: in its list or under its key. */
interface Place {
  get(): Node;
  set(node: Node): void;
  remove(): void;
  twice(): void;
  rename?(key: string): void;
}

function mutate(root: Node, random: Random): void {
  const places = placesOf(root);
  if (places.length === 0) return;
  const place = random.of(places);
  switch (random.below(10)) {
    case 0:
      return place.set(leaf(random.of(VALUES)));
    case 1: {
      const numbers = places.filter((candidate) => isNumber(candidate.get()));
      return random.of(numbers.length > 0 ? numbers : places).set(leaf(random.of(NUMBERS)));
    }
    case 2:
      return place.remove();
    case 3:
      return place.twice();
    case 4:
      return place.rename?.(random.of(KEYS));
    case 5: // a value from elsewhere, which may hold this one
      return place.set(toNode(JSON.parse(safe(toText(random.of(places).get()))), 0));
    case 6: {
      const depth = random.of(DEPTHS);
      const [open, close] = random.of([["[", "]"], ['{"a":', "}"]]);
      return place.set(
        leaf(open.repeat(depth) + (open === "[" ? "" : "1") + close.repeat(depth)),
      );
    }
    case 7: { // an object of many
      const text = toText(place.get());
      const times = Math.min(2 ** random.below(12), Math.ceil(100_000 / (text.length + 1)));
      const entries = Array.from({ length: times }, (_, i) => `"k${i}":${text}`);
      return place.set(leaf(`{${entries.join(",")}}`));
    }
    case 8: { // a list of many
      const text = toText(place.get());
      const times = Math.min(2 ** random.below(12), Math.ceil(100_000 / (text.length + 1)));
      return place.set(leaf(`[${Array(times).fill(text).join(",")}]`));
    }
    default: { // a long text
      return place.set(leaf(JSON.stringify(random.of(["a", " ", "é", "\\"]).repeat(5000))));
    }
  }
}

function placesOf(node: Node): Place[] {
  if (node.kind === "array") {
    const { items } = node;
    return items.flatMap((item, i): Place[] => [
      {
        get: () => item,
        set: (value) => items[i] = value,
        remove: () => items.splice(i, 1),
        twice: () => items.splice(i, 0, item),
      },
      ...placesOf(item),
    ]);
  }
  if (node.kind === "text") return [];
  const { entries } = node;
  return entries.flatMap((entry, i): Place[] => [
    {
      get: () => entry[1],
      set: (value) => entry[1] = value,
      remove: () => entries.splice(i, 1),
      twice: () => entries.splice(i, 0, [entry[0], entry[1]]),
      rename: (key) => entry[0] = key,
    },
    ...placesOf(entry[1]),
  ]);
}

function toNode(json: unknown, depth: number): Node {
  if (typeof json !== "object" || json === null || depth > MAX_DEPTH) {
    return leaf(JSON.stringify(json));
  }
  if (Array.isArray(json)) {
    return { kind: "array", items: json.map((item) => toNode(item, depth + 1)) };
  }
  const entries = Object.entries(json)
    .map(([key, value]): [string, Node] => [key, toNode(value, depth + 1)]);
  return { kind: "object", entries };
}

function toText(node: Node): string {
  if (node.kind === "text") return node.text;
  if (node.kind === "array") return `[${node.items.map(toText).join(",")}]`;
  return `{${node.entries.map(([k, v]) => `${JSON.stringify(k)}:${toText(v)}`).join(",")}}`;
}

function leaf(text: string): Node {
  return { kind: "text", text };
}

function isNumber(node: Node): boolean {
  return node.kind === "text" && /^-?\d/.test(node.text);
}

/** The text if it is JSON: a leaf may hold what is not, such as NaN. */
function safe(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return "null";
  }
}
