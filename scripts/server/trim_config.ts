/**
 * Leaves in deno.json only the imports that the server needs, so that nothing else is fetched for an image of it: the
 * workspace's tests and tools have some 500 MB of packages, and tfjs, without which the engine computes, 300 MB.
 *
 *     deno run --allow-read --allow-write --allow-run scripts/server/trim_config.ts
 *
 * Changes deno.json of the folder in which it runs: that of an image, not of a checkout.
 */

/** What the engine does without. */
const LEFT_OUT = /^@tensorflow\//;

/** Those of a config's imports that modules name, as they are or with a path behind them. */
export function trimImports(
  imports: Readonly<Record<string, string>>,
  specifiers: Iterable<string>,
): Record<string, string> {
  const named = [...specifiers];
  return Object.fromEntries(
    Object.entries(imports).filter(([name]) =>
      !LEFT_OUT.test(name) &&
      named.some((specifier) => specifier === name || specifier.startsWith(`${name}/`))
    ),
  );
}

/** What all modules import that a program loads, early or late; packages of npm are not looked into. */
async function specifiersOf(program: string): Promise<Set<string>> {
  const { success, stdout, stderr } = await new Deno.Command("deno", {
    args: ["info", "--json", "--no-npm", program],
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`Cannot read the modules of ${program}: ${text.decode(stderr)}`);
  const { modules } = JSON.parse(text.decode(stdout)) as {
    modules: { dependencies?: { specifier: string }[] }[];
  };
  return new Set(
    modules.flatMap(({ dependencies = [] }) => dependencies).map((one) => one.specifier),
  );
}

if (import.meta.main) {
  const config = JSON.parse(await Deno.readTextFile("deno.json"));
  const imports = trimImports(config.imports, await specifiersOf("apps/server/main.ts"));
  await Deno.writeTextFile("deno.json", JSON.stringify({ ...config, imports }, null, 2));
  console.log(`The server imports ${Object.keys(imports).join(", ")}`);
}
