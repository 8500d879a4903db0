/** Documents with sections between markers, each written by the command that measured it. */

const BENCHMARKS = new URL("../../BENCHMARKS.md", import.meta.url).pathname;

/**
 * Replaces a section, or appends it.
 *
 * @param name Name of the section, in its markers.
 * @param body What it says.
 * @param path The document; default BENCHMARKS.md.
 */
export async function writeSection(
  name: string,
  body: string,
  path: string = BENCHMARKS,
): Promise<void> {
  const begin = `<!-- ${name} -->`, end = `<!-- /${name} -->`;
  const text = await Deno.readTextFile(path).catch(() => head(path));
  const section = `${begin}\n${body.trim()}\n${end}`;
  const from = text.indexOf(begin), to = text.indexOf(end);
  const next = from >= 0 && to > from
    ? text.slice(0, from) + section + text.slice(to + end.length)
    : `${text.trimEnd()}\n\n${section}\n`;
  await Deno.writeTextFile(path, next);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", path] }).output();
}

/** Processor, cores, memory and versions, in one line. */
export async function describeMachine(): Promise<string> {
  const cpu = await Deno.readTextFile("/proc/cpuinfo").catch(() => "");
  const field = (name: string) => new RegExp(`^${name}\\s*:\\s*(.*)$`, "m").exec(cpu)?.[1];
  const vector = /\bamx_tile\b/.test(cpu) ? "AMX" : /\bavx512f\b/.test(cpu) ? "AVX-512" : "AVX2";
  const { total } = Deno.systemMemoryInfo();
  const cores = navigator.hardwareConcurrency;
  return `${field("model name")} (family ${field("cpu family")}, model ${
    field("model")
  }, ${vector}), ` +
    `${cores} ${cores === 1 ? "core" : "cores"}, ${Math.round(total / 2 ** 30)} GiB; ` +
    `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`;
}

/** How a new document begins. */
function head(path: string): string {
  const [initial, ...letters] = path.split("/").at(-1)!.replace(/\.md$/, "");
  const title = initial.toUpperCase() + letters.join("").toLowerCase();
  return `# ${title}\n\nWritten by the commands that measure; never by hand.\n`;
}
