/** What a browser does not get: the engine alone computes there. */
const LEFT_OUT = "@tensorflow/";
/** What a browser gets as its package has it, and from where: the server gives it out. */
const SERVED = { "eld/medium": "./eld/entries/static.medium.js" };

/**
 * Bundles a module for browsers, without tfjs and all that needs it.
 *
 * @param entry The module.
 * @returns Text of the files by name, the bundle's own first: it imports the others, some only when they are needed.
 * @throws {Error} When the bundle fails, or needs tfjs from the start.
 */
export async function bundleEntry(entry: URL): Promise<Map<string, string>> {
  const folder = await Deno.makeTempDir({ prefix: "heed-bundle-" });
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "--quiet",
        "--platform=browser",
        "--minify",
        "--code-splitting",
        ...[`${LEFT_OUT}*`, ...Object.keys(SERVED)].map((name) => `--external=${name}`),
        `--outdir=${folder}`,
        decodeURIComponent(entry.pathname),
      ],
      cwd: new URL(".", entry),
    }).output();
    if (!success) {
      throw new Error(`Cannot bundle ${entry}: ${new TextDecoder().decode(stderr).trim()}`);
    }
    const files = new Map<string, string>();
    for await (const { name } of Deno.readDir(folder)) {
      let text = (await Deno.readTextFile(`${folder}/${name}`)).trim();
      for (const [from, to] of Object.entries(SERVED)) {
        text = text.replaceAll(`"${from}"`, `"${to}"`);
      }
      files.set(name, text);
    }
    const main = entry.pathname.split("/").at(-1)!.replace(/\.ts$/, ".js");
    return numbered(reachable(files, main));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The files that a file needs, or may need later, itself first; those that cannot run are left out. */
export function reachable(files: ReadonlyMap<string, string>, main: string): Map<string, string> {
  const canRun = (name: string, seen: ReadonlySet<string> = new Set()): boolean =>
    !name.startsWith(LEFT_OUT) &&
    (seen.has(name) ||
      importsOf(files.get(name)!).every((other) => canRun(other, new Set([...seen, name]))));
  if (!canRun(main)) {
    throw new Error(`Cannot bundle ${main}: it imports ${LEFT_OUT} from the start`);
  }
  const kept = new Set([main]);
  for (const name of kept) {
    const text = files.get(name)!;
    for (const other of [...importsOf(text), ...laterImportsOf(text)]) {
      if (files.has(other) && canRun(other)) kept.add(other);
    }
  }
  return new Map([...kept].map((name) => [name, files.get(name)!]));
}

/** Numbers the files behind the first: the bundler's names say where the repository is, which changes nothing else. */
export function numbered(files: ReadonlyMap<string, string>): Map<string, string> {
  const [main, ...others] = files.keys();
  const names = new Map(others.map((name, i) => [name, main.replace(/\.js$/, `_${i + 1}.js`)]));
  return new Map(
    [...files].map(([name, text]) => [
      names.get(name) ?? name,
      text.replaceAll(/"\.\/([^"]+\.js)"/g, (all, other) => {
        const number = names.get(other);
        return number === undefined ? all : `"./${number}"`;
      }),
    ]),
  );
}

/** Modules that a minified file imports from the start: `from"./x.js"`, `import"./x.js"`. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/\b(?:from|import)"(?:\.\/)?([^"]+)"/g)].map(([, name]) => name)
    .filter((name) => name.endsWith(".js") || name.startsWith(LEFT_OUT));
}

function laterImportsOf(text: string): string[] {
  return [...text.matchAll(/\bimport\("\.\/([^"]+)"\)/g)].map(([, name]) => name);
}
