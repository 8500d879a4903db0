import type { WeightsReader } from "@heed/checkpoint";
import type { Architecture } from "./architecture.ts";
import type { Json } from "./config_reader.ts";

/** What a model reads and what it gives: which interface it is run by. */
export type ModelKind = "encoder-decoder" | "encoder" | "decoder";

/** What a model is good for. */
export type Task = "translation" | "embedding" | "text-generation";

/** Who runs models: the engine of `@heed/engine`, or tfjs. */
export type Runner = "engine" | "tfjs";

/** What all configs have in common. */
export interface ModelConfig {
  /** The family, as `model_type` in `config.json`. */
  readonly modelType: string;
  /** Number of token ids. */
  readonly vocabSize: number;
}

/**
 * A family of models: all that there is to know about it beside its arithmetic. Engine and tfjs read
 * their checkpoints by it, `heed train` makes fresh models by it, and everything else finds it by
 * `model_type`.
 */
export interface ModelFamily<Config extends ModelConfig = ModelConfig, Tensors = unknown> {
  /** `model_type` in `config.json`. */
  readonly modelType: Config["modelType"];
  /** What it reads and gives. */
  readonly kind: ModelKind;
  /** What it is good for. */
  readonly tasks: readonly Task[];
  /** Files of its tokenizer: Marian's two SentencePiece models and vocabulary, or whatever the directory holds. */
  readonly tokenizer: "marian" | "any";
  /** Who can run models of this family. */
  readonly runners: readonly Runner[];
  /** Names in a checkpoint that are not read, such as tied copies and computed tables. */
  readonly ignored: RegExp;
  /** What a training configuration may ask for, by the name in its key `model`. */
  readonly architectures: Readonly<Record<string, Architecture<Config>>>;
  /**
   * Tells which of several architectures a model has.
   *
   * @param config The model's config.
   * @returns Its name.
   */
  architectureOf?(config: Config): string;
  /**
   * Reads the config.
   *
   * @param json `config.json`, parsed.
   * @param options `generation`: `generation_config.json`, which wins where it speaks.
   * @returns The config.
   * @throws {SyntaxError} Names everything that is missing, wrong, or not supported.
   */
  parseConfig(json: Json, options?: { generation?: Json }): Config;
  /**
   * Writes the config.
   *
   * @param config The config.
   * @returns JSON files of the model's directory by name.
   */
  configFiles(config: Config): Record<string, Json>;
  /**
   * Describes the tensors of a checkpoint.
   *
   * @param config Sizes.
   * @param names Names that a checkpoint has, where its layout may differ (a prefix, an optional part).
   * @returns A tree of specs.
   */
  tensors(config: Config, names?: readonly string[]): Tensors;
  /**
   * Corrects a config by the weights, where a file holds what its config denies.
   *
   * @param config The config as the JSON files have it.
   * @param weights The open weights.
   * @returns The config that the model has.
   */
  settle?(config: Config, weights: WeightsReader): Promise<Config>;
  /**
   * Tells why one of its runners cannot run a certain model.
   *
   * @param runner The runner.
   * @param config `config.json`, parsed.
   * @returns The reason for a person; undefined where it can.
   */
  refusal?(runner: Runner, config: Json): string | undefined;
  /**
   * Tells why a certain model has no attention that could be shown.
   *
   * @param config `config.json`, parsed.
   * @returns What it lacks, and what to give instead; undefined where it has attention.
   */
  noAttention?(config: Json): string | undefined;
  /** Whether `alignment_heads` say nothing, because there is one head. */
  readonly hasOneHead?: boolean;
  /**
   * Loads what computes the family on tfjs; only for families that bring their own. Those of Heed are
   * found by the packages that have them.
   */
  readonly tfjs?: () => Promise<unknown>;
}
