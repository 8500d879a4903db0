import { showText, showValue } from "@heed/checkpoint";
import { z } from "zod";

/** What {@linkcode parseConfig} gives: a configuration, or all that is wrong with it. */
export type ParsedConfig<T> =
  | { readonly config: T; readonly problems?: undefined }
  | { readonly problems: string[]; readonly config?: undefined };

/**
 * Checks the keys and values of a configuration one by one, and fills in the defaults.
 *
 * @param schema What is allowed, made of strict objects.
 * @param json The parsed JSON.
 * @returns The configuration, or every unknown key and wrong value with its path and what is allowed.
 *
 * @example
 * ```ts
 * import { parseConfig } from "@heed/training/config";
 * import { assertEquals } from "@std/assert";
 * import { z } from "zod";
 *
 * const schema = z.strictObject({ rows: z.int().min(1).default(8) });
 * assertEquals(parseConfig(schema, {}).config, { rows: 8 });
 * assertEquals(parseConfig(schema, { row: 1, rows: 0 }).problems, [
 *   "rows: must be at least 1, is 0",
 *   "row: unknown key, allowed are rows",
 * ]);
 * ```
 */
export function parseConfig<T>(schema: z.ZodType<T>, json: unknown): ParsedConfig<T> {
  const result = schema.safeParse(json);
  if (result.success) return { config: result.data };
  const whole = { schema, json };
  return { problems: result.error.issues.flatMap((issue) => describe(issue, [], whole)) };
}

type Issue = z.core.$ZodIssue;
type Whole = { readonly schema: z.core.$ZodType; readonly json: unknown };

function describe(issue: Issue, above: PropertyKey[], whole: Whole): string[] {
  const place = [...above, ...issue.path];
  const name = place.length === 0 ? "the whole" : formatPath(place);
  switch (issue.code) {
    case "unrecognized_keys": {
      const allowed = allowedKeys(whole.schema, place);
      const hint = allowed ? `, allowed are ${allowed.join(", ")}` : "";
      return issue.keys.map((key) =>
        `${formatPath([...place, showText(key)])}: unknown key${hint}`
      );
    }
    case "invalid_union": {
      // The branch that the value was meant for: one that takes its type, best its keys.
      const branches = issue.errors.filter((branch) =>
        branch.length > 0 && !branch.some((i) => i.code === "invalid_type" && i.path.length === 0)
      );
      const value = valueAt(whole.json, place) as Record<string, unknown> | undefined;
      const meant =
        branches.find((branch) =>
          !branch.some((i) => i.path.length > 0 && value?.[String(i.path[0])] === undefined)
        ) ?? branches[0];
      if (!meant) return [`${name}: must be one of its forms: a path, or an object with keys`];
      return meant.flatMap((inner) => describe(inner as Issue, place, whole));
    }
    case "invalid_type":
      return valueAt(whole.json, place) === undefined
        ? [`${name}: is missing, must be ${article(issue.expected)}`]
        : [
          `${name}: must be ${article(issue.expected)}, is ${
            showValue(valueAt(whole.json, place))
          }`,
        ];
    case "invalid_value":
      return [
        `${name}: must be one of ${issue.values.map((v) => JSON.stringify(v)).join(", ")}, is ${
          showValue(valueAt(whole.json, place))
        }`,
      ];
    case "too_small":
    case "too_big": {
      const [limit, side] = issue.code === "too_small"
        ? [issue.minimum, issue.inclusive ? "at least" : "above"]
        : [issue.maximum, issue.inclusive ? "at most" : "below"];
      const unit = { array: " items", string: " characters" }[issue.origin as string] ?? "";
      const verb = unit === "" ? "must be" : "must have";
      return [
        `${name}: ${verb} ${side} ${limit}${unit}, is ${showValue(valueAt(whole.json, place))}`,
      ];
    }
    default:
      return [`${name}: ${issue.message}, is ${showValue(valueAt(whole.json, place))}`];
  }
}

/** `data.train[0].source` */
function formatPath(place: readonly PropertyKey[]): string {
  return place.map((key, i) =>
    typeof key === "number" ? `[${key}]` : i === 0 ? String(key) : `.${String(key)}`
  ).join("");
}

function article(type: string): string {
  if (type === "int") return "a whole number";
  if (type === "record") return "an object";
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function valueAt(json: unknown, place: readonly PropertyKey[]): unknown {
  return place.reduce((value, key) => (value as Record<PropertyKey, unknown>)?.[key], json);
}

/** Keys of the object that the schema has at a place; of all its forms when there are several. */
function allowedKeys(
  schema: z.core.$ZodType,
  place: readonly PropertyKey[],
): string[] | undefined {
  let schemas = unwrap(schema);
  for (const key of place) {
    schemas = schemas.flatMap((s) => {
      if (s instanceof z.ZodObject) return key in s.shape ? unwrap(s.shape[key as string]) : [];
      return s instanceof z.ZodArray ? unwrap(s.element) : [];
    });
  }
  const keys = schemas.flatMap((s) => s instanceof z.ZodObject ? Object.keys(s.shape) : []);
  return keys.length > 0 ? [...new Set(keys)] : undefined;
}

function unwrap(type: z.core.$ZodType): z.core.$ZodType[] {
  if (
    type instanceof z.ZodOptional || type instanceof z.ZodDefault || type instanceof z.ZodPrefault
  ) {
    return unwrap(type.def.innerType);
  }
  return type instanceof z.ZodUnion ? type.options.flatMap(unwrap) : [type];
}
