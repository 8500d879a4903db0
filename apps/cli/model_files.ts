import type { ModelAssets } from "@heed/checkpoint";

/** A JSON file of a model directory, parsed; undefined when there is no such file. */
export async function readModelJson(
  model: string | ModelAssets,
  name: string,
): Promise<Record<string, unknown> | undefined> {
  const { files, joinPath, resolveModel } = await import("@heed/checkpoint");
  const path = joinPath(await resolveModel(model), name);
  if (!await files.exists(path)) return undefined;
  try {
    return JSON.parse(await files.readText(path));
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${path} as JSON: ${(cause as Error).message}`, { cause });
  }
}

/** Throws unless the model, by its `config.json`, translates with attention to the source. */
export async function assertAttends(model: string | ModelAssets): Promise<void> {
  const config = await readModelJson(model, "config.json");
  if (config === undefined) return; // loading names every file that is missing
  const { model_type: type, architecture } = config;
  const name = typeof model === "string" ? model : model.name;
  if (type !== "marian" && type !== "heed-rnn") {
    throw new TypeError(
      `Cannot show attention of ${name}: it is of type ${JSON.stringify(type)}, which does not ` +
        "translate and has no attention to a source; give a translation model",
    );
  }
  if (type === "heed-rnn" && architecture === "rnnencdec") {
    throw new TypeError(
      `Cannot show attention of ${name}: "rnnencdec" has none, it reads the source from one ` +
        'state; give a model of architecture "rnnsearch", or a Transformer',
    );
  }
}
