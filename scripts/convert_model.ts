/**
 * Makes the data of a model package from a model directory: weights rounded, the other files as they
 * are, and `assets.ts` with the length and SHA-256 of each.
 *
 *     deno run --allow-read --allow-write scripts/convert_model.ts MODEL_DIR packages/model-en-de
 *         [--dtype fp16|int8|fp32]
 *
 * `fp16`, the default, is half precision; `int8` rounds matrices to bytes with a scale for each row,
 * and leaves vectors as float32 (packages/checkpoint/README.md has the layout); `fp32` rounds nothing.
 * Without a `deno.json` in the second folder, a model directory of this name is made and nothing else.
 *
 * With `--assets-only` the data stay and `assets.ts` alone is made again, for a new version number.
 */
import { parseArgs } from "@std/cli";
import { convertModel, files, joinPath, openWeights } from "@heed/checkpoint";
import type { ModelFile, WeightsDType } from "@heed/checkpoint";

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

const NAMES: Record<WeightsDType, string> = {
  fp16: "in half precision",
  int8: "as bytes",
  fp32: "in single precision",
};
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

function assetsModule(
  { name, version, weights }: { name: string; version: string; weights: string },
  described: readonly ModelFile[],
): string {
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

/** The files of this model: Hugging Face's MarianMT layout, weights ${weights}. */
export const assets: ModelAssets = {
  name: "${name}",
  version: "${version}",
  base: new URL("./model/", import.meta.url),
  files: [
${rows.join("")}  ],
};
`;
}

/** How the weights of a model directory are stored. */
async function dtypeOf(directory: string): Promise<WeightsDType> {
  await using reader = await openWeights(directory);
  const found = new Set(reader.names.map((name) => reader.info(name).dtype));
  return found.has("I8") ? "int8" : found.has("F16") ? "fp16" : "fp32";
}

if (import.meta.main) {
  const flags = parseArgs(Deno.args, {
    boolean: ["assets-only"],
    string: ["dtype"],
    default: { dtype: "fp16" },
  });
  const [source, target] = flags["assets-only"] ? [undefined, flags._[0]] : flags._;
  if (
    typeof target !== "string" || (source === undefined && !flags["assets-only"]) ||
    !(flags.dtype in NAMES)
  ) {
    console.error(
      "Usage: convert_model.ts MODEL_DIR PACKAGE_DIR [--dtype fp16|int8|fp32] | " +
        "--assets-only PACKAGE_DIR",
    );
    Deno.exit(2);
  }
  const isPackage = await files.exists(joinPath(target, "deno.json"));
  const directory = isPackage ? String(joinPath(target, "model")) : target;
  if (source !== undefined) {
    const names = await present(COPIED, String(source));
    const missing = COPIED.filter((name) => !names.includes(name));
    if (missing.length > 0) {
      throw new Error(`Cannot convert ${source}: ${missing.join(", ")} is missing`);
    }
    await convertModel(String(source), directory, { dtype: flags.dtype as WeightsDType });
  }
  const paths = [...COPIED, ...await present(OPTIONAL, directory), WEIGHTS].sort();
  const described = await Promise.all(paths.map((path) => describe(directory, path)));
  const total = described.reduce((sum, file) => sum + file.bytes, 0);
  if (isPackage) {
    if (total > MAX_PACKAGE_BYTES) {
      throw new RangeError(`Cannot ship ${total} bytes: a package may have ${MAX_PACKAGE_BYTES}`);
    }
    const manifest = JSON.parse(await files.readText(joinPath(target, "deno.json")));
    const name = String(manifest.name).replace("@heed/model-", "");
    const weights = NAMES[await dtypeOf(directory)];
    await files.writeAtomic(
      joinPath(target, "assets.ts"),
      new TextEncoder().encode(
        assetsModule({ name, version: manifest.version, weights }, described),
      ),
    );
  }
  console.log(`${described.length} files, ${total} bytes`);
}
