import { z } from "zod";
import type { TrainingConfig } from "./config.ts";

const count = z.int().min(1);
const natural = z.int().min(0);
const positive = z.number().positive();
const rate = z.number().min(0).lt(1);
const path = z.string().min(1);

const schema = z.strictObject({
  model: z.enum(["transformer", "rnnsearch", "rnnencdec"]),
  architecture: z.record(z.string(), z.unknown()).optional(),
  initialCheckpoint: path.optional(),
  data: z.strictObject({
    train: z.array(z.union([path, z.strictObject({ source: path, target: path })])).min(1),
    dev: path.optional(),
    sourceLanguage: z.string().min(1),
    targetLanguage: z.string().min(1),
    sourceColumn: natural.default(0),
    targetColumn: natural.default(1),
    maxSourceTokens: count.default(256),
    maxTargetTokens: count.default(256),
    maxLines: count.optional(),
  }),
  tokenizer: z.union([
    z.strictObject({
      type: z.enum(["unigram"]),
      vocabSize: count.default(8000),
      maxLines: count.default(200_000),
      languageCodes: z.array(z.string().regex(/^[\w-]+$/, "give letters, digits, - and _"))
        .default([]),
    }),
    z.strictObject({ path }),
  ]).optional(),
  batch: z.strictObject({
    tokens: count.default(4096),
    bucketLines: count.default(20_000),
    accumulate: count.default(1),
  }).prefault({}),
  optimizer: z.strictObject({
    name: z.enum(["adam", "adamw"]).default("adam"),
    learningRate: positive.default(5e-4),
    beta1: rate.default(0.9),
    beta2: rate.default(0.98),
    epsilon: positive.default(1e-9),
    weightDecay: z.number().min(0).default(0),
    clipNorm: z.number().min(0).default(1),
  }).prefault({}),
  schedule: z.strictObject({
    name: z.enum(["inverse-sqrt", "linear", "constant"]).default("inverse-sqrt"),
    warmupSteps: natural.default(4000),
    totalSteps: count.optional(),
  }).prefault({}),
  labelSmoothing: rate.default(0.1),
  dropout: rate.default(0.1),
  seed: natural.max(2 ** 32 - 1).default(1),
  steps: count.optional(),
  epochs: count.optional(),
  evaluate: z.strictObject({
    every: count.default(500),
    metric: z.enum(["loss", "bleu"]).default("loss"),
    bleuSentences: natural.default(200),
    numBeams: count.default(1),
    patience: count.optional(),
  }).prefault({}),
  checkpoint: z.strictObject({
    every: count.default(500),
    keep: count.default(2),
    average: z.strictObject({
      count: z.int().min(2),
      of: z.enum(["last", "best"]).default("last"),
    }).optional(),
  }).prefault({}),
  output: path,
  workers: count.default(1),
  device: z.enum(["auto", "webgpu", "wasm"]).default("auto"),
});

/** Checks keys and values one by one; all problems at once. */
export function parseConfigShape(
  json: unknown,
): { config: TrainingConfig } | { problems: string[]; config?: undefined } {
  const result = schema.safeParse(json);
  if (result.success) return { config: result.data };
  return { problems: result.error.issues.flatMap((issue) => describe(issue, [], json)) };
}

/** Checks values against each other. */
export function configProblems(config: TrainingConfig): string[] {
  const { data, batch, optimizer, schedule, evaluate, checkpoint } = config;
  const longest = Math.max(data.maxSourceTokens, data.maxTargetTokens);
  const rules: [boolean, string][] = [
    [
      (config.architecture === undefined) === (config.initialCheckpoint === undefined),
      "architecture, initialCheckpoint: give exactly one of the two",
    ],
    [
      (config.tokenizer === undefined) !== (config.initialCheckpoint !== undefined),
      "tokenizer: give it with architecture, and not with initialCheckpoint, which brings its own",
    ],
    [
      config.steps === undefined && config.epochs === undefined,
      "steps, epochs: give at least one of the two",
    ],
    [
      batch.tokens < longest,
      `batch.tokens: ${batch.tokens} is below the longest pair allowed, ${longest} tokens ` +
      "(data.maxSourceTokens, data.maxTargetTokens)",
    ],
    [data.sourceColumn === data.targetColumn, "data.targetColumn: is the same as sourceColumn"],
    [
      optimizer.weightDecay > 0 && optimizer.name === "adam",
      'optimizer.weightDecay: only the optimizer "adamw" decays weights',
    ],
    [
      schedule.name === "linear" && (schedule.totalSteps ?? config.steps) === undefined,
      'schedule.totalSteps: the schedule "linear" needs it, or steps',
    ],
    [
      schedule.name === "linear" &&
      schedule.warmupSteps >= (schedule.totalSteps ?? config.steps ?? Infinity),
      "schedule.warmupSteps: must be below the number of all steps",
    ],
    [
      evaluate.patience !== undefined && data.dev === undefined,
      "evaluate.patience: needs data.dev to evaluate on",
    ],
    [
      evaluate.metric === "bleu" && (data.dev === undefined || evaluate.bleuSentences === 0),
      'evaluate.metric: "bleu" needs data.dev and evaluate.bleuSentences above 0',
    ],
    [
      checkpoint.average?.of === "best" && data.dev === undefined,
      'checkpoint.average.of: "best" needs data.dev to evaluate on',
    ],
  ];
  return rules.filter(([broken]) => broken).map(([, text]) => text);
}

type Issue = z.core.$ZodIssue;

function describe(issue: Issue, above: PropertyKey[], json: unknown): string[] {
  const place = [...above, ...issue.path];
  const name = place.length === 0 ? "the whole" : formatPath(place);
  switch (issue.code) {
    case "unrecognized_keys": {
      const allowed = allowedKeys(place);
      const hint = allowed ? `, allowed are ${allowed.join(", ")}` : "";
      return issue.keys.map((key) => `${formatPath([...place, key])}: unknown key${hint}`);
    }
    case "invalid_union": {
      // The branch that the value was meant for: one that takes its type, best its keys.
      const branches = issue.errors.filter((branch) =>
        branch.length > 0 && !branch.some((i) => i.code === "invalid_type" && i.path.length === 0)
      );
      const value = valueAt(json, place) as Record<string, unknown> | undefined;
      const meant =
        branches.find((branch) =>
          !branch.some((i) => i.path.length > 0 && value?.[String(i.path[0])] === undefined)
        ) ?? branches[0];
      if (!meant) return [`${name}: must be one of its forms: a path, or an object with keys`];
      return meant.flatMap((inner) => describe(inner as Issue, place, json));
    }
    case "invalid_type":
      return valueAt(json, place) === undefined
        ? [`${name}: is missing, must be ${article(issue.expected)}`]
        : [`${name}: must be ${article(issue.expected)}, is ${shown(valueAt(json, place))}`];
    case "invalid_value":
      return [
        `${name}: must be one of ${issue.values.map((v) => JSON.stringify(v)).join(", ")}, is ${
          shown(valueAt(json, place))
        }`,
      ];
    case "too_small":
    case "too_big": {
      const [limit, side] = issue.code === "too_small"
        ? [issue.minimum, issue.inclusive ? "at least" : "above"]
        : [issue.maximum, issue.inclusive ? "at most" : "below"];
      const unit = { array: " items", string: " characters" }[issue.origin as string] ?? "";
      const verb = unit === "" ? "must be" : "must have";
      return [`${name}: ${verb} ${side} ${limit}${unit}, is ${shown(valueAt(json, place))}`];
    }
    default:
      return [`${name}: ${issue.message}, is ${shown(valueAt(json, place))}`];
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

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 60 ? text.slice(0, 57) + "..." : text;
}

function valueAt(json: unknown, place: readonly PropertyKey[]): unknown {
  return place.reduce((value, key) => (value as Record<PropertyKey, unknown>)?.[key], json);
}

/** Keys of the object that the schema has at a place; of all its forms when there are several. */
function allowedKeys(place: readonly PropertyKey[]): string[] | undefined {
  let schemas: z.core.$ZodType[] = unwrap(schema);
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
