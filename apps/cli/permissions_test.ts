import { assert, assertEquals } from "@std/assert";

/*
 * Runs the commands of the repository's README with exactly the permissions that they name there. Files that
 * the README speaks of are replaced by small ones.
 */

const root = new URL("../../", import.meta.url).pathname;
const model = `${root}packages/model-en-de/model`;

/** Files that commands read, by the name that the README gives them. */
const inputs: Readonly<Record<string, string>> = {
  "manual.txt": "Open the file.\n\nClose the file.\n",
  "pairs.tsv": "Open the file.\tÖffnen Sie die Datei.\nPrint\tDrucken\n",
  "output.txt": "Öffnen Sie die Datei.\n",
  "reference.txt": "Öffnen Sie die Datei!\n",
  "config.json": JSON.stringify({
    model: "transformer",
    initialCheckpoint: model,
    data: { train: ["pairs.tsv"], sourceLanguage: "en", targetLanguage: "de" },
    steps: 1,
    output: "runs",
  }),
};
/** Files and folders that commands write. */
const outputs: readonly string[] = ["attention.html", "handbuch.txt", "runs"];

/** Lines of the README's shell examples that run the command line or the demonstration. */
export function commandsOf(markdown: string): string[] {
  const blocks = markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm);
  return [...blocks]
    .flatMap(([, block]) => block.replaceAll("\\\n", " ").split("\n"))
    .map((line) => line.replace(/\s+#\s.*$/, "").replace(/^npx -y deno@[\d.]+/, "deno").trim())
    .filter((line) =>
      /^deno run .*(?:apps\/cli\/|jsr:@heed\/cli)/.test(line) ||
      /^deno task (?:heed|demo)\b/.test(line)
    );
}

/** A command with `deno task NAME` spelt out and the published program replaced by this one. */
function spellOut(command: string, tasks: Readonly<Record<string, string>>): string {
  return command
    .replace(/^deno task (\S+)/, (_, name) => tasks[name])
    .replace("jsr:@heed/cli", "apps/cli/main.ts");
}

/** Replaces the names of the README's files, in arguments and in permissions. */
function relocate(command: string, directory: string): string {
  const names = [...Object.keys(inputs), ...outputs].map((name) => name.replaceAll(".", "\\."));
  return command.replace(
    new RegExp(`(?<=[\\s=,])(${names.join("|")})(?=[\\s,]|$)`, "g"),
    `${directory}/$1`,
  );
}

/** What a command may do, each with what it is limited to (nothing where it is not), and the command without. */
function permissionsOf(script: string): { granted: Map<string, string[]>; rest: string } {
  const flags = [...script.matchAll(/ --allow-(\w+)(?:=(\S+))?/g)];
  const granted = new Map(flags.map(([, kind, list]) => [kind, list?.split(",") ?? []]));
  return { granted, rest: script.replace(/ --allow-\S+/g, "").replace(/\s+/g, " ") };
}

/** Whether a command works where another does: the same, with more permissions; native code is a way of its own. */
function follows(script: string, narrower: string): boolean {
  const own = permissionsOf(script), other = permissionsOf(narrower);
  if (own.rest !== other.rest || own.granted.has("ffi") !== other.granted.has("ffi")) return false;
  return [...other.granted].every(([kind, list]) => {
    const allowed = own.granted.get(kind);
    if (allowed === undefined || allowed.length === 0) return allowed !== undefined;
    return list.length > 0 && list.every((name) => allowed.includes(name));
  });
}

const readme = await Deno.readTextFile(`${root}README.md`);
const { tasks } = JSON.parse(await Deno.readTextFile(`${root}deno.json`));
const commands = [...new Set(commandsOf(readme))];
/** Commands by what they come to; those that follow from another one are left out. */
const scripts = new Map(commands.map((command) => [spellOut(command, tasks), command]));
for (const script of [...scripts.keys()]) {
  const others = [...scripts.keys()].filter((other) => other !== script);
  if (others.some((narrower) => follows(script, narrower))) scripts.delete(script);
}

Deno.test("the README shows every command of the command line", () => {
  for (const name of ["translate", "evaluate", "score", "train", "devices"]) {
    assert(commands.some((command) => command.includes(` ${name}`)), `${name} is missing`);
  }
});

for (const [spelt, command] of scripts) {
  Deno.test(`README: ${command}`, async () => {
    const directory = await Deno.makeTempDir();
    for (const [name, text] of Object.entries(inputs)) {
      await Deno.writeTextFile(`${directory}/${name}`, text);
    }
    const script = relocate(spelt, directory);
    assertEquals(/\s(?:-A|--allow-all)\b/.test(script), false, "names no permissions");
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", script],
      cwd: root,
      stdin: "null",
      env: {
        PATH: `${new URL(".", `file://${Deno.execPath()}`).pathname}:${Deno.env.get("PATH")}`,
        DENO_NO_PROMPT: "1",
      },
    }).output();
    const decoder = new TextDecoder();
    assertEquals(code, 0, decoder.decode(stderr));
    const written = outputs.some((name) => script.includes(`${directory}/${name}`));
    assert(written || stdout.length > 0, "nothing was written");
    await Deno.remove(directory, { recursive: true });
  });
}
