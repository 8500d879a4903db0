import type { Json } from "../config_reader.ts";

/**
 * Reads the options that Marian writes into its models: YAML, of which it uses keys with a scalar, and lists of
 * scalars.
 *
 * @param text Content of `special:model.yml`.
 * @returns Value by key: strings, numbers, booleans, and lists of them. What is nested deeper is left out.
 */
export function parseMarianOptions(text: string): Json {
  const options: Record<string, unknown> = Object.create(null);
  let list: unknown[] | undefined;
  for (const line of text.split("\n")) {
    const item = /^ *- (.*)$/.exec(line);
    if (item) {
      list?.push(scalar(item[1]));
      continue;
    }
    const pair = /^([\w-]+):(?: (.*))?$/.exec(line);
    if (!pair) continue;
    const [, key, value = ""] = pair;
    list = undefined;
    if (value.trim() === "") options[key] = list = [];
    else if (value.trim() === "[]") options[key] = [];
    else options[key] = scalar(value);
  }
  return { ...options };
}

function scalar(text: string): unknown {
  const value = text.trim();
  if (value === "true" || value === "false") return value === "true";
  if (/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value)) return Number(value);
  return /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value;
}
