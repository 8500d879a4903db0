/**
 * Times one program on one tokenizer, in a process of its own; prints one JSON line.
 *
 *     deno run --allow-all --no-lock scripts/bench/tokenizer_encode.ts \
 *       --program heed|heed-full|js|rust --tokenizer FILE --warmup FILE --lines FILE --js VERSION --rust VERSION [--linear]
 *
 * The lines of `--warmup` are encoded first: they compile the code and fill the caches of words. Then the lines of
 * `--lines`, which it has not seen, are encoded once. With `--linear` instead: the file is one text without a space; it is
 * encoded in slices of 10 KB, then whole. `heed-full` reads offsets too, which Heed computes only when they are asked for.
 */
import { PipelineTokenizer, SentencePieceTokenizer } from "@heed/tokenizer";
import { parseArgs } from "@std/cli";

/** Encodes texts in a batch; the number of tokens, counted in lists of ids. */
type Encode = (texts: string[]) => number | Promise<number>;

const args = parseArgs(Deno.args, {
  string: ["program", "tokenizer", "warmup", "lines", "js", "rust"],
  boolean: ["linear"],
});
const { program = "heed", tokenizer: path = "", warmup = "", lines = "" } = args;

const started = performance.now();
const encode = await load(program, path);
const loadMs = performance.now() - started;

const result = args.linear
  ? await timeLinear(await Deno.readTextFile(lines))
  : await timeLines(await readLines(warmup), await readLines(lines));
const peakRssMb = Number(/VmHWM:\s+(\d+)/.exec(await Deno.readTextFile("/proc/self/status"))?.[1]) /
  1024;
console.log(JSON.stringify({ ...result, loadMs, peakRssMb }));

async function timeLines(before: string[], texts: string[]) {
  await encode(before);
  const start = performance.now();
  const tokens = await encode(texts);
  return { ms: performance.now() - start, tokens };
}

/** Best of three for each, because one garbage collection more would say nothing about the algorithm. */
async function timeLinear(text: string) {
  const slices: string[] = [];
  for (let at = 0; at < text.length; at += 10_000) slices.push(text.slice(at, at + 10_000));
  await encode(slices);
  let slicesMs = Infinity, wholeMs = Infinity;
  for (let round = 0; round < 3; round++) {
    let start = performance.now();
    for (const slice of slices) await encode([slice]);
    slicesMs = Math.min(slicesMs, performance.now() - start);
    start = performance.now();
    await encode([text]);
    wholeMs = Math.min(wholeMs, performance.now() - start);
  }
  return { slicesMs, wholeMs };
}

async function readLines(file: string): Promise<string[]> {
  return (await Deno.readTextFile(file)).trimEnd().split("\n");
}

/** The other programs come by computed names, so that they stay out of the lock file. */
async function load(name: string, file: string): Promise<Encode> {
  const count = (rows: ArrayLike<unknown>[]) => rows.reduce((sum, row) => sum + row.length, 0);
  if (file.endsWith(".spm")) {
    const tokenizer = SentencePieceTokenizer.load(await Deno.readFile(file));
    return (texts) => count(texts.map((text) => tokenizer.encode(text).ids));
  }
  if (name.startsWith("heed")) {
    const tokenizer = PipelineTokenizer.parse(await Deno.readTextFile(file));
    if (name === "heed-full") {
      return (texts) => count(tokenizer.encodeBatch(texts).map(({ offsets }) => offsets));
    }
    return (texts) => count(tokenizer.encodeBatch(texts).map(({ ids }) => ids));
  }
  if (name === "js") {
    const { Tokenizer } = await import(`npm:@huggingface/tokenizers@${args.js}`);
    const tokenizer = new Tokenizer(JSON.parse(await Deno.readTextFile(file)), {});
    return (texts) => count(texts.map((text) => tokenizer.encode(text).ids));
  }
  const { Tokenizer } = await import(`npm:@anush008/tokenizers@${args.rust}`);
  const tokenizer = Tokenizer.fromFile(file);
  return async (texts) => {
    const encodings: { getIds(): number[] }[] = await tokenizer.encodeBatch(texts);
    return count(encodings.map((encoding) => encoding.getIds()));
  };
}
