import { files, joinPath, openWeights, writeSafetensors } from "@heed/checkpoint";

/** What {@linkcode extendVocabulary} adds to a model. */
export interface VocabularyExtension {
  /** The folder with the MarianMT model. */
  readonly model: string;
  /** The folder that is made. */
  readonly target: string;
  /** The new tokens; they get the ids behind those that exist. */
  readonly tokens: readonly string[];
  /** The rows of the embeddings that a new token begins with: their mean, or the mean of all when there is none. */
  startsFrom?(token: string, vocab: Readonly<Record<string, number>>): readonly number[];
}

/**
 * Writes `vocab.json`, `config.json`, `generation_config.json` and the weights of a model with more tokens than it had.
 * Shortlist, confidence and alignment heads are those of another task now, and are left out.
 *
 * @throws {TypeError} If the model's two vocabularies differ, or a token has no id.
 * @throws {RangeError} If a token is there already.
 */
export async function extendVocabulary(extension: VocabularyExtension): Promise<void> {
  const { model, target, tokens, startsFrom = () => [] } = extension;
  const config = await readJson(model, "config.json");
  const vocab = await readJson(model, "vocab.json") as Record<string, number>;
  const size = config.vocab_size as number;
  if (config.decoder_vocab_size !== size || Object.keys(vocab).length !== size) {
    throw new TypeError(
      `Cannot extend ${model}: its vocabularies differ, or have tokens without id`,
    );
  }
  const known = { ...vocab };
  for (const [i, token] of tokens.entries()) {
    if (token in vocab) throw new RangeError(`Cannot extend ${model}: it has ${token} already`);
    vocab[token] = size + i;
  }
  const extended = size + tokens.length;

  await files.makeDirectory(target);
  await writeJson(target, "vocab.json", vocab);
  await writeJson(target, "config.json", {
    ...config,
    vocab_size: extended,
    decoder_vocab_size: extended,
  });
  const {
    alignment_heads: _heads,
    alignment_shift: _shift,
    confidence: _confidence,
    ...generation
  } = await readJson(model, "generation_config.json");
  await writeJson(target, "generation_config.json", generation);

  const reader = await openWeights(model);
  await writeSafetensors(
    joinPath(target, "model.safetensors"),
    reader.names.map((name) => {
      const { shape } = reader.info(name);
      const axis = shape.indexOf(size);
      return {
        name,
        dtype: "F32",
        shape: shape.map((length, i) => i === axis ? extended : length),
        async data(): Promise<Float32Array<ArrayBuffer>> {
          const values = await reader.readFloat32(name);
          if (axis < 0) return values;
          const width = values.length / size;
          const all = Array.from({ length: size }, (_, row) => row);
          const rows = tokens.map((token) => {
            const from = startsFrom(token, known);
            return meanOfRows(values, width, from.length ? from : all);
          });
          return joined(values, rows);
        },
      };
    }),
  );
  await reader.close();
}

/** Reads a JSON object of a model's folder. */
export async function readJson(folder: string, name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await files.readText(joinPath(folder, name)));
}

/** Writes a JSON object into a model's folder. */
export async function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(value, null, 1) + "\n");
  await files.writeAtomic(joinPath(folder, name), bytes);
}

function meanOfRows(values: Float32Array, width: number, rows: readonly number[]): Float64Array {
  const mean = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) mean[i] += values[row * width + i] / rows.length;
  }
  return mean;
}

function joined(
  values: Float32Array,
  rows: readonly Float64Array[],
): Float32Array<ArrayBuffer> {
  const width = rows[0].length;
  const longer = new Float32Array(values.length + rows.length * width);
  longer.set(values);
  for (const [i, row] of rows.entries()) longer.set(row, values.length + i * width);
  return longer;
}
