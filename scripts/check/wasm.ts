/**
 * Builds the WASM kernels again and compares them, byte for byte, with the ones in the repository.
 *
 *     deno run --allow-read --allow-run scripts/check/wasm.ts
 */
import { ROOT, sourceFiles } from "./source_files.ts";

const FOLDER = "packages/nn/kernels";

async function contents(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const path of sourceFiles(FOLDER)) {
    files.set(path, await Deno.readFile(new URL(path, ROOT)));
  }
  return files;
}

function equal(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a?.length === b?.length && (a ?? []).every((byte, index) => byte === b?.[index]);
}

if (import.meta.main) {
  const before = await contents();
  const build = await new Deno.Command(Deno.execPath(), { args: ["task", "build:wasm"], cwd: ROOT })
    .spawn().status;
  if (!build.success) Deno.exit(1);
  const after = await contents();
  const paths = new Set([...before.keys(), ...after.keys()]);
  const changed = [...paths].filter((path) => !equal(before.get(path), after.get(path)));
  for (const path of changed) console.error(`${path} is not what its source builds: commit it`);
  console.log(`${paths.size} files, ${changed.length} changed by building`);
  if (changed.length > 0) Deno.exit(1);
}
