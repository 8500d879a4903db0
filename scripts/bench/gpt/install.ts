/** Puts transformers.js and onnxruntime into a folder, and a Python that exports graphs beside it. */
import { installPeers, run } from "../peers/install.ts";

const PACKAGES = {
  transformers: "npm:@huggingface/transformers@3.8.1",
  onnxruntime: "npm:onnxruntime-web@1.22.0", // what that version of transformers.js is made for
};

/** Installs what is not there yet. */
export async function installTransformers(
  cache: string,
): Promise<{ packages: string; python: string }> {
  const packages = `${cache}/npm`;
  await Deno.mkdir(packages, { recursive: true });
  // A configuration of its own, so that the project's lock file stays as it is.
  await Deno.writeTextFile(
    `${packages}/deno.json`,
    JSON.stringify({ workspace: [], nodeModulesDir: "auto", lock: false, imports: PACKAGES }),
  );
  await run([Deno.execPath(), "install", "--quiet"], packages);
  const { python, problems } = await installPeers(cache.replace(/[^/]*$/, "bench-peers"));
  const problem = problems.get("exporters");
  if (problem !== undefined) throw new Error(`Cannot export the model: ${problem}`);
  return { packages, python };
}
