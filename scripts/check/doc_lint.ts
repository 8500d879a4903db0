/**
 * Runs `deno doc --lint` on every entry point and drops the rows that cannot be mended here: a public
 * signature that names a type of an npm package, which Deno takes for a private type.
 *
 *     deno run --allow-read --allow-run scripts/check/doc_lint.ts
 */
import { entryPoints } from "./entry_points.ts";
import { importsOf, tokenize } from "./tokens.ts";
import { ROOT } from "./source_files.ts";

/** One diagnostic of `deno doc --lint`. */
export interface Diagnostic {
  /** Absolute path of the file, or an empty text when the diagnostic names none. */
  readonly path: string;
  /** Name of the private type, for a `private-type-ref`. */
  readonly privateType?: string;
  readonly text: string;
}

/** Splits the uncoloured output of `deno doc --lint` into its diagnostics. */
export function parseDiagnostics(output: string): Diagnostic[] {
  return output.split(/^(?=(?:error|warning)\[)/m)
    .filter((text) => /^(?:error|warning)\[/.test(text))
    .map((text) => ({
      path: text.match(/^\s*--> (.*?)(?::\d+)*$/m)?.[1] ?? "",
      privateType: text.match(/^error\[private-type-ref\]:.*private type '([^']+)'/)?.[1],
      text: text.replace(/^error: Found .*/m, "").trimEnd(),
    }));
}

/** Whether a source takes the type from an npm package, by name or through a namespace. */
export function namesNpmType(
  source: string,
  type: string,
  isNpm: (specifier: string) => boolean,
): boolean {
  const tokens = tokenize(source);
  const names = importsOf(tokens).filter((m) => isNpm(m.specifier)).flatMap((m) => m.names);
  if (names.includes(type)) return true;
  return tokens.some((token, index) =>
    token.text === type && tokens[index - 1]?.text === "." &&
    names.some((name) => name.replace("* as ", "") === tokens[index - 2]?.text)
  );
}

async function lint(modules: readonly string[]): Promise<{ success: boolean; output: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...modules],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { success, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

if (import.meta.main) {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const isNpm = (specifier: string) => String(imports[specifier]).startsWith("npm:");
  const modules = (await entryPoints()).map(({ path }) => path);
  const { success, output } = await lint(modules);
  const diagnostics = parseDiagnostics(output);
  const kept: Diagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const { path, privateType } = diagnostic;
    const mayDrop = privateType !== undefined && path !== "";
    if (mayDrop && namesNpmType(await Deno.readTextFile(path), privateType, isNpm)) continue;
    kept.push(diagnostic);
  }
  for (const { text } of kept) console.error(text + "\n");
  const dropped = diagnostics.length - kept.length;
  console.log(
    `${modules.length} entry points, ${kept.length} problems (${dropped} rows on npm types dropped)`,
  );
  if (!success && diagnostics.length === 0) {
    console.error(output);
    Deno.exit(1);
  }
  if (kept.length > 0) Deno.exit(1);
}
