/**
 * Runs `deno publish --dry-run` for the whole workspace and weighs what it would upload: JSR takes
 * at most 20 MB a package and the dry run does not check it. No tracked file may be larger either.
 *
 *     deno run --allow-read --allow-run scripts/check/size.ts
 */
import { ROOT } from "./source_files.ts";

/** JSR's limit for a package, and ours for a file, in bytes. */
const LIMIT = 20_000_000;

/** The files that publishing a package would upload, as URLs. */
export interface Upload {
  readonly name: string;
  readonly files: readonly string[];
}

/** Reads the uncoloured output of `deno publish --dry-run`. */
export function parseUploads(output: string): Upload[] {
  const uploads: { name: string; files: string[] }[] = [];
  for (const line of output.split("\n")) {
    const name = line.match(/^Simulating publish of (\S+) with files:/)?.[1];
    if (name) uploads.push({ name, files: [] });
    const file = line.match(/^\s+(file:\/\/.*) \([\d.]+\s?\w+\)$/)?.[1];
    if (file) uploads.at(-1)?.files.push(file);
  }
  return uploads;
}

async function output(command: string, args: string[]): Promise<{ ok: boolean; text: string }> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { ok: success, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

async function byteLength(url: URL): Promise<number> {
  return (await Deno.stat(url)).size;
}

async function checkUploads(): Promise<string[]> {
  const dryRun = await output(Deno.execPath(), ["publish", "--dry-run", "--allow-dirty"]);
  if (!dryRun.ok) return [dryRun.text];
  const uploads = parseUploads(dryRun.text);
  if (uploads.length === 0) return [`Cannot find a package in the dry run:\n${dryRun.text}`];
  const problems: string[] = [];
  for (const { name, files } of uploads) {
    let bytes = 0;
    for (const file of files) bytes += await byteLength(new URL(file));
    console.log(`${name}: ${files.length} files, ${(bytes / 1e6).toFixed(3)} MB`);
    if (files.length === 0) problems.push(`${name} would be published without files`);
    if (bytes > LIMIT) problems.push(`${name} is over the limit of ${LIMIT / 1e6} MB`);
    const tests = files.filter((file) => /_(test|bench)\.ts$/.test(file));
    if (tests.length > 0) problems.push(`${name} would publish its tests: ${tests.join(" ")}`);
  }
  return problems;
}

async function checkTrackedFiles(): Promise<string[]> {
  // A checkout that belongs to another user is no reason to refuse a list of its files.
  const list = await output("git", ["-c", "safe.directory=*", "ls-files", "-z"]);
  if (!list.ok) return [`Cannot list tracked files: ${list.text}`];
  const problems: string[] = [];
  for (const path of list.text.split("\0").filter((path) => path !== "")) {
    const bytes = await byteLength(new URL(encodeURI(path), ROOT)).catch(() => 0); // deleted
    if (bytes > LIMIT) problems.push(`${path} is ${bytes} bytes: the limit is ${LIMIT}`);
  }
  return problems;
}

if (import.meta.main) {
  const problems = [...await checkUploads(), ...await checkTrackedFiles()];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) Deno.exit(1);
}
