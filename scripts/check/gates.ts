/**
 * Runs every gate but the tests, in order, and goes on after a failure.
 *
 *     deno task check [NAME ...]
 *
 * Ends with the names of the gates that failed and exits with 1 if there are any.
 */
import { ROOT } from "./source_files.ts";

/** Arguments to `deno` by gate. Cheap ones first. */
const GATES: Record<string, readonly string[]> = {
  "formatting": ["fmt", "--check"],
  "lint": ["lint"],
  "import direction": ["run", "--allow-read", "scripts/check/import_direction.ts"],
  "module graph": ["run", "--allow-read", "--allow-run", "scripts/check/module_graph.ts"],
  "types": [
    "check",
    "--quiet",
    "--doc",
    ".",
    ...await readmes("packages"),
    ...await readmes("apps"),
  ],
  "documentation": ["run", "--allow-read", "--allow-run", "scripts/check/doc_lint.ts"],
  "examples": ["run", "--allow-read", "--allow-run", "scripts/check/examples.ts"],
  "publishing and sizes": ["run", "--allow-read", "--allow-run", "scripts/check/size.ts"],
  "WASM kernels, built again": ["task", "build:wasm", "--check"],
};

/** READMEs, whose examples are not found by themselves. */
async function readmes(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(new URL(`${folder}/`, ROOT))) {
    const files = await Array.fromAsync(Deno.readDir(new URL(`${folder}/${name}/`, ROOT)));
    if (files.some((file) => file.name === "README.md")) found.push(`${folder}/${name}/README.md`);
  }
  return found;
}

const names = Deno.args.length > 0 ? Deno.args : Object.keys(GATES);
const failed: string[] = [];
for (const name of names) {
  if (!Object.hasOwn(GATES, name)) {
    throw new RangeError(`Cannot run gate ${name}: the gates are ${Object.keys(GATES).join(", ")}`);
  }
  console.log(`\n## ${name}`);
  const start = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), { args: [...GATES[name]], cwd: ROOT })
    .spawn().status;
  if (!success) failed.push(name);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${success ? "passed" : "FAILED"} in ${seconds} s`);
}
console.log(failed.length > 0 ? `\nfailed gates: ${failed.join(", ")}` : "\nall gates passed");
if (failed.length > 0) Deno.exit(1);
