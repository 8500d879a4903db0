/**
 * Makes a model of one target language ready to learn several: its vocabulary gets a token such as `>>fr<<` for each,
 * behind the others, with the mean of all embeddings (Hewitt 2021). Then train it on sources that begin with them.
 *
 *     deno run -A scripts/models/add_language_tokens.ts OUT_DIR MODEL_DIR SOURCES TARGETS
 *
 * Sources and targets are codes with `+` between them: `en+de en+de`. Shortlist, confidence and alignment heads are
 * those of another task now, and are left out.
 */
import { files, joinPath, openWeights, writeSafetensors } from "@heed/checkpoint";
import { languageToken } from "@heed/tokenizer";

const [target, model, sources, targets] = Deno.args;
if (targets === undefined) {
  console.error("usage: add_language_tokens.ts OUT_DIR MODEL_DIR SOURCES TARGETS (such as en+de)");
  Deno.exit(2);
}
const codes = targets.split("+");
const readJson = async (name: string) =>
  JSON.parse(await files.readText(joinPath(model, name))) as Record<string, unknown>;
const writeJson = (name: string, value: unknown) =>
  files.writeAtomic(
    joinPath(target, name),
    new TextEncoder().encode(JSON.stringify(value, null, 1) + "\n"),
  );

const config = await readJson("config.json");
const vocab = await readJson("vocab.json");
const size = config.vocab_size as number;
if (config.decoder_vocab_size !== size || Object.keys(vocab).length !== size) {
  throw new TypeError(`Cannot extend ${model}: its vocabularies differ, or have tokens without id`);
}
for (const [i, token] of codes.map(languageToken).entries()) {
  if (token in vocab) throw new RangeError(`Cannot extend ${model}: it has ${token} already`);
  vocab[token] = size + i;
}
const extended = size + codes.length;

await files.makeDirectory(target);
await writeJson("vocab.json", vocab);
await writeJson("config.json", { ...config, vocab_size: extended, decoder_vocab_size: extended });
await writeJson("tokenizer_config.json", {
  ...await readJson("tokenizer_config.json"),
  source_lang: sources,
  target_lang: targets,
});
const { alignment_heads: _heads, alignment_shift: _shift, confidence: _confidence, ...generation } =
  await readJson("generation_config.json");
await writeJson("generation_config.json", generation);
for (const name of ["source.spm", "target.spm"]) {
  await Deno.copyFile(joinPath(model, name) as string, joinPath(target, name) as string);
}

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
        return axis < 0 ? values : appendMeans(values, values.length / size, codes.length);
      },
    };
  }),
);
await reader.close();

/** Appends rows that are each the mean of all rows. */
function appendMeans(
  values: Float32Array,
  width: number,
  count: number,
): Float32Array<ArrayBuffer> {
  const rows = values.length / width;
  const mean = new Float64Array(width);
  for (let i = 0; i < values.length; i++) mean[i % width] += values[i] / rows;
  const longer = new Float32Array(values.length + count * width);
  longer.set(values);
  for (let row = 0; row < count; row++) longer.set(mean, values.length + row * width);
  return longer;
}
