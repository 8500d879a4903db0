import type { Path } from "@heed/checkpoint";
import { type ModelSource, openModel, updateJson } from "@heed/model";
import type { BetaCalibration } from "./beta_calibration.ts";

/** How the probabilities of a model become confidence. */
export interface ConfidenceCalibration {
  /** From the probability of a word to that of its being right. */
  readonly word: BetaCalibration;
  /** From the mean probability of a sentence's tokens to the expected quality of the sentence. */
  readonly sentence: BetaCalibration;
  /** What it was fitted on, for a person. */
  readonly fittedOn?: string;
}

/** The file of a model directory that holds the calibration, and its key there. */
const FILE = "generation_config.json";
const KEY = "confidence";

/**
 * Reads the calibration of a model.
 *
 * @param model Model directory (path, URL, or open), or a model package's assets.
 * @returns The calibration; undefined when the model has none.
 * @throws {SyntaxError} When the file is not JSON, or the calibration is not a rising function.
 *
 * @example
 * ```ts
 * import { readConfidence } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempDir();
 * assertEquals(await readConfidence(path), undefined);
 * const word = { a: 1, b: 1, c: 0 }, sentence = { a: 0.5, b: 1, c: 0 };
 * const json = JSON.stringify({ num_beams: 4, confidence: { word, sentence } });
 * await Deno.writeTextFile(`${path}/generation_config.json`, json);
 * assertEquals(await readConfidence(path), { word, sentence });
 * await Deno.remove(path, { recursive: true });
 * ```
 */
export async function readConfidence(
  model: ModelSource,
): Promise<ConfidenceCalibration | undefined> {
  const directory = await openModel(model);
  return parseConfidence((await directory.json(FILE))[KEY], directory.at(FILE));
}

/**
 * Writes the calibration of a model beside what its `generation_config.json` holds; a reader sees the
 * old file or the new one.
 *
 * @param path Model directory on disk.
 * @param calibration The calibration, in place of an earlier one.
 * @throws {SyntaxError} When the file is there and is not a JSON object.
 *
 * @example
 * ```ts
 * import { writeConfidence } from "@heed/translation";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempDir(), file = `${path}/generation_config.json`;
 * await Deno.writeTextFile(file, '{ "num_beams": 4 }');
 * const confidence = { word: { a: 1, b: 1, c: 0 }, sentence: { a: 0.5, b: 1, c: 0 } };
 * await writeConfidence(path, confidence);
 * assertEquals(JSON.parse(await Deno.readTextFile(file)), { num_beams: 4, confidence });
 * await Deno.remove(path, { recursive: true });
 * ```
 */
export async function writeConfidence(
  path: Path,
  calibration: ConfidenceCalibration,
): Promise<void> {
  await updateJson(path, FILE, { [KEY]: calibration });
}

/** Numbers beyond these are no calibration of anything, and could overflow. */
const MOST = 1000;

/** Checks what a file says; `path` is for errors. */
export function parseConfidence(json: unknown, path: Path): ConfidenceCalibration | undefined {
  if (json === undefined) return undefined;
  const problems: string[] = [];
  const object = (value: unknown, name: string): Record<string, unknown> => {
    if (isObject(value)) return value;
    problems.push(`${name} is ${show(value)}, not an object`);
    return {};
  };
  const number = (value: unknown, name: string, least: number): number => {
    if (typeof value === "number" && value >= least && value <= MOST) return value;
    problems.push(`${name} is ${show(value)}, not a number from ${least} to ${MOST}`);
    return 0;
  };
  const calibrationOf = (value: unknown, name: string): BetaCalibration => {
    if (!isObject(value)) object(value, name);
    const { a, b, c } = isObject(value) ? value : { a: 0, b: 0, c: 0 };
    return {
      a: number(a, `${name}.a`, 0),
      b: number(b, `${name}.b`, 0),
      c: number(c, `${name}.c`, -MOST),
    };
  };
  const source = object(json, KEY);
  const { fittedOn } = source;
  if (fittedOn !== undefined && typeof fittedOn !== "string") {
    problems.push(`${KEY}.fittedOn is ${show(fittedOn)}, not a text`);
  }
  const word = calibrationOf(source.word, `${KEY}.word`);
  const sentence = calibrationOf(source.sentence, `${KEY}.sentence`);
  if (problems.length > 0) {
    throw new SyntaxError(
      `Cannot read the calibration in ${path}: ${problems.join("; ")}; ` +
        `fit it again with heed calibrate --write, or remove "${KEY}"`,
    );
  }
  return typeof fittedOn === "string" ? { word, sentence, fittedOn } : { word, sentence };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
