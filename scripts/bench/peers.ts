/**
 * Races Heed's engine on the CPU with onnxruntime (WASM and native), Bergamot and CTranslate2: whole translations and
 * encodings with the same weights and sentences, one thread each, in turn on the same core. Writes the section `engine` of
 * BENCHMARKS.md.
 *
 *     deno task bench:peers [--rounds 5] [--sentences FILE] [--only shipped,tiny,base,minilm-l6] [--print] [--quick]
 *
 * The peers are installed into .cache/bench-peers at the first run: npm packages by Deno, wheels by `python3 -m venv`.
 * `--print` prints the section instead of writing it; `--quick` does not warm up, to see whether everything runs. The raw
 * rounds stay in .cache/bench-peers/results.json.
 */
import { parseArgs } from "@std/cli";
import { compete, type Standing } from "./peers/compete.ts";
import { prepare } from "./peers/contenders.ts";
import { installPeers } from "./peers/install.ts";
import { measureRoofline } from "./peers/roofline.ts";
import { raceTables, rooflineTable } from "./peers/section.ts";
import { allRaces, type Race } from "./peers/workloads.ts";
import { describeMachine, writeSection } from "./report.ts";

const args = parseArgs(Deno.args, {
  string: ["sentences", "only"],
  boolean: ["print", "quick"],
  default: { rounds: 5 },
});
const cache = new URL("../../.cache/bench-peers", import.meta.url).pathname;
const started = performance.now();

const only = args.only?.split(",");
const races = (await allRaces(args.sentences)).filter(({ name }) => only?.includes(name) ?? true);
const peers = await installPeers(cache);
for (const [name, problem] of peers.problems) console.error(`${name}: ${problem}`);

const roofline = await measureRoofline();
const results: { race: Race; directory: string; standings: Standing[] }[] = [];
for (const race of races) {
  const { contenders, directory } = await prepare(race, peers, cache);
  const standings = await compete(race, contenders, {
    rounds: Number(args.rounds),
    quick: args.quick,
  });
  results.push({ race, directory, standings });
}
await Deno.writeTextFile(
  `${cache}/results.json`,
  JSON.stringify(results.map(({ race, standings }) => ({
    race: race.name,
    standings: standings.map(({ rounds, ...rest }) => ({ ...rest, rounds: [...rounds] })),
  }))),
);

const minutes = ((performance.now() - started) / 60_000).toFixed(0);
const body = `
## Engine: whole translations on the CPU

\`deno task bench:peers\`, ${args.rounds} rounds in ${minutes} minutes; every program in a process of its own that is
pinned to one core and uses one thread, loaded and warmed up, then in turn; medians. The same weights, sentences and
limits for all; no shortlist. Words are those of the source. A ratio is Heed's speed over the program's (of two workers:
theirs over one's), by time for each generated token: int8 changes some words, and so the number of tokens.

${await describeMachine()}.

onnxruntime: ONNX graphs built from the checkpoint without an operator too many (query, key and value in one product, the
cache handed from step to step, the best token chosen in the graph); q8 is \`quantize_dynamic\`, weights QInt8 per
channel, the fastest of its settings here; a greedy loop in JavaScript; both packages under Deno. Bergamot: the WASM build
for the web under Deno, with an int8 export for \`int8shiftAlphaAll\`; it starts from zeros where the checkpoint has an
embedding of its start token, so its words differ. CTranslate2: \`compute_type="int8"\`. Random weights: ${
  [...races].find(({ name }) => name === "tiny")?.workload.newTokens ?? 25
} tokens in,
as many out, an end token out of reach.
${results.map(({ race, standings }) => raceTables(race, standings)).join("\n")}
${await rooflineTable(results, roofline)}
`;
if (args.print) console.log(body);
else await writeSection("engine", body);
