/**
 * Checks what the packages import: the order of the rows below, no tfjs above `nn`, no runtime
 * globals outside the checkpoint package's file seam, no way around `mod.ts`.
 *
 *     deno run --allow-read scripts/check/import_direction.ts
 *
 * Prints `file:line: reason` for every violation and exits with 1 if there is any.
 */
import { importsOf, tokenize } from "./tokens.ts";
import { readSource, sourceFiles } from "./source_files.ts";

/** A package imports only from rows above its own. `model-*` stands for every data package. */
export const ROWS: readonly (readonly string[])[] = [
  ["tokenizer", "metrics", "search", "checkpoint", "model-*"],
  ["model"],
  ["engine", "alignment"],
  ["nn"],
  ["positional"],
  ["attention"],
  ["transformer"],
  ["training"],
  ["bert", "gpt", "seq2seq"],
  ["translation"],
  ["documents"],
  ["visualize"],
];

/** Rows up to this one know nothing of tfjs. */
const LAST_ROW_WITHOUT_TFJS = 2;

/** The one place in packages/ that may use `Deno` and `node:`: files, and native libraries. */
const FILE_SEAM = /^packages\/checkpoint\/_?(files|ffi)(_\w+)?\.ts$/;

/** A broken rule in one place. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly reason: string;
}

function rowOf(name: string): number {
  const key = name.startsWith("model-") ? "model-*" : name;
  return ROWS.findIndex((row) => row.includes(key));
}

/** Checks one file of packages/ or apps/. What lies in a folder `testing` serves the tests alone. */
export function checkFile(path: string, source: string): Violation[] {
  const violations: Violation[] = [];
  const tokens = tokenize(source);
  const isTest = /_(test|bench)\.ts$|\/testing\//.test(path);
  for (const { specifier, line } of importsOf(tokens)) {
    const reason = importViolation(path, specifier, isTest);
    if (reason) violations.push({ path, line, reason });
  }
  if (path.startsWith("packages/") && !isTest && !FILE_SEAM.test(path)) {
    for (const token of tokens) {
      if (token.kind !== "word" || token.text !== "Deno") continue;
      const reason = "Deno is used outside the file seam of @heed/checkpoint";
      violations.push({ path, line: token.line, reason });
    }
  }
  return violations;
}

function importViolation(path: string, specifier: string, isTest: boolean): string | undefined {
  const [kind, name] = path.split("/");
  const row = kind === "apps" ? ROWS.length : rowOf(name);
  if (row < 0) return `package ${name} has no row in scripts/check/import_direction.ts`;
  if (specifier.startsWith(".")) {
    const folder = `/${kind}/${name}/`;
    const leaves = !new URL(specifier, `file:///${path}`).pathname.startsWith(folder);
    if (leaves) return `${specifier} leaves the package: import it as @heed/...`;
    if (specifier.startsWith("../../")) return `${specifier} climbs two folders`;
    return undefined;
  }
  if (/^(npm|jsr|https?|file|data):/.test(specifier)) {
    return `${specifier} is not in the import map of deno.json, the one place for versions`;
  }
  if (specifier.startsWith("node:")) {
    if (kind === "apps" || isTest || FILE_SEAM.test(path)) return undefined;
    return `${specifier} is imported outside the file seam of @heed/checkpoint`;
  }
  if (specifier.startsWith("@tensorflow/") && row <= LAST_ROW_WITHOUT_TFJS) {
    return `${specifier} is imported in ${name}, which works without tfjs`;
  }
  const imported = specifier.match(/^@heed\/([^/]+)/)?.[1];
  if (imported === undefined) return undefined;
  // A server's workers and keys are commands, too.
  if (imported === "server" && path.startsWith("apps/cli/")) return undefined;
  const importedRow = rowOf(imported);
  if (importedRow < 0) return `${specifier} is no package that others may import`;
  if (imported === name) {
    return isTest ? undefined : `${specifier} is this package: import it with a relative path`;
  }
  if (importedRow < row) return undefined;
  return `${name} imports ${specifier}, which is not in a row above it`;
}

if (import.meta.main) {
  let files = 0;
  const violations: Violation[] = [];
  for (const folder of ["packages", "apps"]) {
    for await (const path of sourceFiles(folder)) {
      files++;
      violations.push(...checkFile(path, await readSource(path)));
    }
  }
  for (const { path, line, reason } of violations) console.error(`${path}:${line}: ${reason}`);
  console.log(`${files} files, ${violations.length} violations of the import direction`);
  if (violations.length > 0 || files === 0) Deno.exit(1);
}
