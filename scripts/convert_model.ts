/**
 * Makes the data of a model package from a model directory: weights in half precision, the other
 * files as they are, and `assets.ts` with the length and SHA-256 of each.
 *
 *     deno run --allow-read --allow-write scripts/convert_model.ts MODEL_DIR packages/model-en-de
 *
 * With `--assets-only` the data stay and `assets.ts` alone is made again, for a new version number.
 */
import { parseArgs } from "@std/cli";
import { files, joinPath, openWeights, writeSafetensors } from "@heed/checkpoint";
import type { ModelFile, TensorToWrite } from "@heed/checkpoint";

/** What a MarianMT model directory holds beside its weights. */
const COPIED = [
  "config.json",
  "generation_config.json",
  "source.spm",
  "target.spm",
  "tokenizer_config.json",
  "vocab.json",
];
/** What it may hold. */
const OPTIONAL = ["shortlist.safetensors"];
const WEIGHTS = "model.safetensors";
/** JSR refuses a package of more. */
const MAX_PACKAGE_BYTES = 20_000_000;

async function copyModel(source: string, target: string): Promise<void> {
  await files.makeDirectory(target);
  for (const name of [...COPIED, ...await present(OPTIONAL, source)]) {
    await files.writeAtomic(joinPath(target, name), files.stream(joinPath(source, name)));
  }
  await using reader = await openWeights(source);
  const tensors = reader.names.map((name): TensorToWrite => ({
    name,
    dtype: "F16",
    shape: reader.info(name).shape,
    data: async () => {
      const values = await reader.readFloat32(name);
      const worst = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      // Also catches NaN, for which every comparison is false.
      if (!(worst <= 65504)) {
        throw new RangeError(`Cannot store ${name} in half precision: it holds ${worst}`);
      }
      return values;
    },
  }));
  await writeSafetensors(joinPath(target, WEIGHTS), tensors);
}

/** Those of some files that a directory has. */
async function present(names: readonly string[], directory: string): Promise<string[]> {
  const exist = await Promise.all(names.map((name) => files.exists(joinPath(directory, name))));
  return names.filter((_, i) => exist[i]);
}

async function describe(directory: string, path: string): Promise<ModelFile> {
  const hash = files.sha256();
  let bytes = 0;
  for await (const chunk of files.stream(joinPath(directory, path))) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { path, bytes, sha256: await hash.digest() };
}

function assetsModule(name: string, version: string, described: readonly ModelFile[]): string {
  const rows = described.map(({ path, bytes, sha256 }) =>
    `    {\n      path: "${path}",\n      bytes: ${bytes},\n      sha256: "${sha256}",\n    },\n`
  );
  return `// Made by scripts/convert_model.ts.

/** One file of the model. */
export interface ModelFile {
  /** Name relative to {@linkcode ModelAssets.base}. */
  readonly path: string;
  /** Length in bytes. */
  readonly bytes: number;
  /** SHA-256 as 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Where the model is and what it consists of. */
export interface ModelAssets {
  /** Name of the model. */
  readonly name: string;
  /** Version of the model, which is the package's. */
  readonly version: string;
  /** Folder that holds the files. */
  readonly base: URL;
  /** The files. */
  readonly files: readonly ModelFile[];
}

/** The files of this model: Hugging Face's MarianMT layout, weights in half precision. */
export const assets: ModelAssets = {
  name: "${name}",
  version: "${version}",
  base: new URL("./model/", import.meta.url),
  files: [
${rows.join("")}  ],
};
`;
}

if (import.meta.main) {
  const flags = parseArgs(Deno.args, { boolean: ["assets-only"] });
  const [source, target] = flags["assets-only"] ? [undefined, flags._[0]] : flags._;
  if (typeof target !== "string" || (source === undefined && !flags["assets-only"])) {
    console.error("Usage: convert_model.ts MODEL_DIR PACKAGE_DIR | --assets-only PACKAGE_DIR");
    Deno.exit(2);
  }
  const directory = joinPath(target, "model");
  if (source !== undefined) await copyModel(String(source), directory);
  const paths = [...COPIED, ...await present(OPTIONAL, directory), WEIGHTS].sort();
  const described = await Promise.all(paths.map((path) => describe(directory, path)));
  const total = described.reduce((sum, file) => sum + file.bytes, 0);
  if (total > MAX_PACKAGE_BYTES) {
    throw new RangeError(`Cannot ship ${total} bytes: a package may have ${MAX_PACKAGE_BYTES}`);
  }
  const manifest = JSON.parse(await files.readText(joinPath(target, "deno.json")));
  const name = String(manifest.name).replace("@heed/model-", "");
  await files.writeAtomic(
    joinPath(target, "assets.ts"),
    new TextEncoder().encode(assetsModule(name, manifest.version, described)),
  );
  console.log(`${described.length} files, ${total} bytes`);
}
