import { type Json, type ModelDirectory, openModel, type Pooling } from "@heed/model";

/** How a directory turns texts into vectors. */
export interface SentenceConfig {
  /** What becomes of the tokens' states. */
  readonly pooling: Pooling;
  /** Whether vectors are scaled to length 1. */
  readonly normalize: boolean;
  /** Most tokens of a text, the special ones counted; undefined where only the model limits them. */
  readonly maxTokens?: number;
  /** Whether texts are lower-cased before they are cut into tokens. */
  readonly lowercase: boolean;
  /** What is put before every text. */
  readonly prompt: string;
}

/** What a plain model directory does: the mean over the tokens. */
const PLAIN: SentenceConfig = { pooling: "mean", normalize: false, lowercase: false, prompt: "" };

/**
 * Reads what a folder of sentence-transformers says about vectors (`modules.json`, `1_Pooling/config.json`,
 * `sentence_bert_config.json`), and finds the encoder in it.
 *
 * @param directory The folder, or a plain model directory.
 * @returns The directory of the encoder, and how its states become a vector: in a plain one their mean.
 * @throws {SyntaxError} When there is a module that is not known here; names it.
 */
export async function readSentenceConfig(
  directory: ModelDirectory,
): Promise<{ encoder: ModelDirectory; sentence: SentenceConfig }> {
  if (!await directory.has("modules.json")) return { encoder: directory, sentence: PLAIN };
  const modules = await readModules(directory);
  let encoder = directory, sentence = PLAIN;
  for (const { type, path } of modules) {
    switch (type) {
      case "Transformer": {
        if (path !== "") encoder = await openModel(directory.at(path));
        const { max_seq_length: maxTokens, do_lower_case: lowercase } = await encoder.json(
          "sentence_bert_config.json",
        );
        sentence = {
          ...sentence,
          lowercase: lowercase === true,
          ...(Number.isSafeInteger(maxTokens) && { maxTokens: maxTokens as number }),
        };
        break;
      }
      case "Pooling":
        sentence = { ...sentence, pooling: poolingOf(await directory.json(`${path}/config.json`)) };
        break;
      case "Normalize":
        sentence = { ...sentence, normalize: true };
        break;
      default:
        throw new SyntaxError(
          `Cannot embed with ${directory.path}: its module ${type} is not one of Transformer, ` +
            "Pooling, Normalize",
        );
    }
  }
  const { prompts, default_prompt_name: name } = await directory.json(
    "config_sentence_transformers.json",
  );
  const prompt = typeof name === "string" ? (prompts as Json | undefined)?.[name] : undefined;
  return { encoder, sentence: { ...sentence, prompt: typeof prompt === "string" ? prompt : "" } };
}

/** Modules in their order, the last word of their classes. */
async function readModules(directory: ModelDirectory): Promise<{ type: string; path: string }[]> {
  let modules: unknown;
  try {
    modules = JSON.parse(await directory.text("modules.json"));
  } catch (cause) {
    const { message } = cause as Error;
    throw new SyntaxError(`Cannot read ${directory.at("modules.json")}: ${message}`, { cause });
  }
  const list = Array.isArray(modules) ? modules : [];
  const read = list.map(({ type, path }) => ({
    type: String(type).replace(/^.*\./, ""),
    path: String(path ?? ""),
  }));
  if (read.some(({ type }) => type === "Transformer")) return read;
  throw new SyntaxError(`Cannot read ${directory.at("modules.json")}: it names no Transformer`);
}

/** Names of ways of pooling in their files; the first one that is true counts. */
const POOLINGS: Readonly<Record<string, Pooling | undefined>> = {
  pooling_mode_cls_token: "cls",
  pooling_mode_mean_tokens: "mean",
  pooling_mode_max_tokens: "max",
};

function poolingOf(json: Json): Pooling {
  const flags = Object.keys(json).filter((key) =>
    key.startsWith("pooling_mode_") && json[key] === true
  );
  const wanted = flags.length > 0 ? flags : [`pooling_mode_${json.pooling_mode}_tokens`];
  const pooling = wanted.length === 1
    ? POOLINGS[wanted[0].replace("mode_cls_tokens", "mode_cls_token")]
    : undefined;
  if (pooling) return pooling;
  throw new SyntaxError(
    `Cannot pool by ${wanted.join(" and ")}: only one of ${Object.keys(POOLINGS).join(", ")}`,
  );
}
