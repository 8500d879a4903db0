import { showValue } from "@heed/checkpoint";
import type { Json } from "./config_reader.ts";
import { bergamot } from "./families/bergamot.ts";
import { bert, bigBird, distilbert, roberta, xlmRoberta } from "./families/bert.ts";
import { gpt2, gpt3 } from "./families/gpt2.ts";
import { marian } from "./families/marian.ts";
import { rnn } from "./families/rnn.ts";
import type { ModelConfig, ModelFamily, Runner, Task } from "./family.ts";

const known = new Map<string, ModelFamily>(
  [marian, bergamot, rnn, bert, distilbert, roberta, xlmRoberta, bigBird, gpt2, gpt3].map((
    family,
  ) => [family.modelType, family as ModelFamily]),
);

/**
 * Makes a family known, so that its models are loaded, trained and saved like any other.
 *
 * @param family The family; one of the same type is replaced.
 *
 * @example
 * ```ts
 * import { findFamily, marian, registerFamily } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * // The same layout under another name.
 * const cousin = { ...marian, modelType: "cousin" as const };
 * registerFamily(cousin as unknown as typeof marian);
 * assertEquals(findFamily("cousin").kind, "encoder-decoder");
 * ```
 */
export function registerFamily<Config extends ModelConfig, Tensors>(
  family: ModelFamily<Config, Tensors>,
): void {
  known.set(family.modelType, family as unknown as ModelFamily);
}

/**
 * Lists the families that are known.
 *
 * @returns The families, Heed's own first.
 *
 * @example
 * ```ts
 * import { families } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * const written = families().filter(({ tasks }) => tasks.includes("text-generation"));
 * assertEquals(written.map(({ modelType }) => modelType), ["gpt2", "gpt3"]);
 * ```
 */
export function families(): ModelFamily[] {
  return [...known.values()];
}

/**
 * Finds a family.
 *
 * @param modelType `model_type` in `config.json`.
 * @returns The family.
 * @throws {SyntaxError} When there is none; names those that there are.
 *
 * @example
 * ```ts
 * import { findFamily } from "@heed/model";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(findFamily("bert").kind, "encoder");
 * assertThrows(() => findFamily("bart"), SyntaxError, "not one of marian");
 * ```
 */
export function findFamily(modelType: unknown): ModelFamily {
  const family = known.get(modelType as string);
  if (family) return family;
  throw new SyntaxError(
    `Cannot read the model's config:\n- model_type is ${showValue(modelType)}, ` +
      `not one of ${[...known.keys()].join(", ")}`,
  );
}

/**
 * Tells why a runner cannot run a model, for a task.
 *
 * @param runner The engine or tfjs.
 * @param config The model's `config.json`, parsed.
 * @param task What the model is wanted for.
 * @returns The reason for a person; undefined where it can.
 *
 * @example
 * ```ts
 * import { refusalOf } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(refusalOf("tfjs", { model_type: "marian" }, "translation"), undefined);
 * ```
 */
export function refusalOf(runner: Runner, config: Json, task: Task): string | undefined {
  const name = runner === "engine" ? "the engine" : "tfjs";
  const fitting = families().filter(({ tasks, runners }) =>
    tasks.includes(task) && runners.includes(runner)
  );
  const { model_type: type } = config;
  const family = fitting.find(({ modelType }) => modelType === type);
  if (family) return family.refusal?.(runner, config);
  const types = fitting.map(({ modelType }) => modelType).join(", ");
  return `${name} knows models of type ${types}, and this is ${showValue(type)}`;
}

/**
 * Tells what a training configuration calls a model.
 *
 * @param config The model's config.
 * @returns Name of its architecture, such as `transformer`; undefined where none can be trained.
 *
 * @example
 * ```ts
 * import { architectureOf, defaultRnnConfig, defaultSeq2SeqConfig } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(architectureOf(defaultSeq2SeqConfig({ vocabSize: 16 })), "transformer");
 * assertEquals(architectureOf(defaultRnnConfig({ vocabSize: 16 })), "rnnsearch");
 * ```
 */
export function architectureOf(config: ModelConfig): string | undefined {
  const family = findFamily(config.modelType);
  return family.architectureOf?.(config) ?? Object.keys(family.architectures)[0];
}

/**
 * Finds the family of a fresh model by what a training configuration calls it.
 *
 * @param architecture Name of the architecture, such as `transformer`.
 * @returns The family; undefined when none has such an architecture.
 *
 * @example
 * ```ts
 * import { familyOfArchitecture } from "@heed/model";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(familyOfArchitecture("transformer")?.modelType, "marian");
 * assertEquals(familyOfArchitecture("perceptron"), undefined);
 * ```
 */
export function familyOfArchitecture(architecture: string): ModelFamily | undefined {
  return families().find(({ architectures }) => Object.hasOwn(architectures, architecture));
}
