/**
 * Bundles programs for browsers and Node.
 *
 * @module
 */

/**
 * Bundles modules, without tfjs. What several of them share, and what they import only when they
 * need it, goes to files of its own.
 *
 * @param entries The modules, each of which becomes a file of the same name that ends in `.js`.
 * @param folder Where the files go, with a slash at its end.
 * @returns Length in bytes of every file made, by name.
 * @throws {Error} When `deno bundle` fails.
 */
export async function bundle(entries: readonly URL[], folder: URL): Promise<Map<string, number>> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--platform=browser",
      "--code-splitting",
      // With "=": without it the option takes the entries for more of its values.
      "--external=@tensorflow/*",
      `--outdir=${pathOf(folder)}`,
      ...entries.map(pathOf),
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
  }).output();
  const files = await lengthsOf(folder);
  if (code !== 0 || files.size === 0) {
    throw new Error(
      "Cannot bundle (the first time, deno needs the npm registry, for esbuild): " +
        new TextDecoder().decode(stderr),
    );
  }
  // Node takes `.js` for a module only where a package.json says so.
  await Deno.writeTextFile(new URL("package.json", folder), `{ "type": "module" }\n`);
  return files;
}

async function lengthsOf(folder: URL): Promise<Map<string, number>> {
  const lengths = new Map<string, number>();
  for await (const { name } of Deno.readDir(folder)) {
    lengths.set(name, (await Deno.stat(new URL(name, folder))).size);
  }
  return lengths;
}

function pathOf(url: URL): string {
  return decodeURIComponent(url.pathname);
}
