/**
 * Runs a bundle in Node.
 *
 * @module
 */

import { findProgram } from "./find_program.ts";

/**
 * Looks for Node. Where there is none, Deno puts itself on the PATH of its programs under that name.
 *
 * @returns Its path; undefined when it is not installed.
 */
export async function findNode(): Promise<string | undefined> {
  return await findProgram("node", async (path) => {
    const args = ["--print", "'deno' in process.versions"];
    const { stdout } = await new Deno.Command(path, { args, stdin: "null" }).output();
    return new TextDecoder().decode(stdout).trim() === "false";
  });
}

const MAIN = `
const [module, name, task] = process.argv.slice(1);
const program = (await import(module))[name];
console.log(JSON.stringify(await program(JSON.parse(task))));
`;

/**
 * Calls a function of a module in a fresh Node.
 *
 * @param node Path of Node.
 * @param module The module, which lies where Node takes `.js` for a module.
 * @param call Name of the function, and what it gets, by way of JSON.
 * @returns What it gave, by way of JSON.
 * @throws {Error} When Node ends with an error; holds what it said.
 */
export async function callInNode(
  node: string,
  module: URL,
  { name, task }: { name: string; task: unknown },
): Promise<unknown> {
  const { code, stdout, stderr } = await new Deno.Command(node, {
    args: ["--input-type=module", "--eval", MAIN, module.href, name, JSON.stringify(task)],
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  if (code !== 0) throw new Error(`Cannot run ${module} in Node: ${text.decode(stderr)}`);
  return JSON.parse(text.decode(stdout));
}

/**
 * Asks Node for its version.
 *
 * @param node Path of Node.
 * @returns Such as `v20.20.2`.
 */
export async function nodeVersion(node: string): Promise<string> {
  const { stdout } = await new Deno.Command(node, { args: ["--version"] }).output();
  return new TextDecoder().decode(stdout).trim();
}
