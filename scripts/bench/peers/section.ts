/** The section of BENCHMARKS.md: tables of one model, and the roofline. */
import { settingKey, type Standing } from "./compete.ts";
import { HEED, HEED_PLAIN, settingsOf } from "./contenders.ts";
import { type Roofline, workOf } from "./roofline.ts";
import type { Race } from "./workloads.ts";

/** Below this share of processor time to time, something else was running on the core. */
const CALM = 0.95;

/** Speeds of all contenders on one model, and what they generated. */
export function raceTables(race: Race, standings: readonly Standing[]): string {
  const keys = settingsOf(race).map(settingKey);
  const rows = standings.map((standing) => {
    const { contender: { name, against }, problem } = standing;
    if (problem !== undefined) return `| ${name}: ${problem} |${" |".repeat(2 * keys.length)}`;
    const own = standings.find(({ contender }) => contender.name === against);
    const cells = settingsOf(race).map((setting) => {
      const key = settingKey(setting);
      if (!standing.rounds.has(key)) return "| |";
      const goal = setting.beams === 1 ? standing.contender.goals?.[setting.batch] : undefined;
      return `${wordRate(race, standing, key)} | ${
        own === undefined ? "" : ratioCell(race, { standing, own, key, goal })
      } |`;
    });
    return `| ${name} | ${cells.join(" ")}`;
  });
  return `
### ${race.title}

| words/s | ${keys.map((key) => `${key} | ratio |`).join(" ")}
| --- |${" ---: | --- |".repeat(keys.length)}
${rows.join("\n")}

${outputTable(race, standings)}`;
}

/** Median words of source a second. */
function wordRate(race: Race, standing: Standing, key: string): string {
  const words = race.workload.sentences.reduce((sum, sentence) => sum + sentence.words, 0);
  const rate = words / median(standing.rounds.get(key)!.map(({ seconds }) => seconds));
  return rate.toLocaleString("en", { maximumFractionDigits: 0 });
}

/** Heed's speed over the program's, in time for each generated token: the median of the rounds. */
function ratioCell(
  race: Race,
  { standing, own, key, goal }: {
    standing: Standing;
    own: Standing;
    key: string;
    goal: number | undefined;
  },
): string {
  const ours = own.rounds.get(key), theirs = standing.rounds.get(key)!;
  if (ours === undefined) return "";
  const share = tokensOf(race, own, key) / tokensOf(race, standing, key);
  const ratios = theirs.map(({ seconds }, i) => seconds * share / ours[i].seconds);
  const isHeed = standing.contender.name.startsWith("Heed");
  const ratio = median(isHeed ? ratios.map((value) => 1 / value) : ratios);
  const verdict = goal === undefined
    ? ""
    : ` (goal ${goal}${Number(ratio.toFixed(2)) < goal ? ", missed" : ""})`;
  return `**${ratio.toFixed(2)}**${verdict}`;
}

/** Generated tokens of all sentences, their ends counted; of an encoder those that it read. */
function tokensOf(race: Race, { rounds }: Standing, key: string): number {
  const { kind, sentences } = race.workload;
  if (kind === "encode") return sentences.reduce((sum, { ids }) => sum + ids.length, 0);
  return lengthsOf(race, rounds.get(key)![0].outputs).reduce((sum, length) => sum + length, 0);
}

/** Tokens of each output, the end counted where it was generated. */
function lengthsOf(race: Race, outputs: readonly (readonly number[] | string)[]): number[] {
  const end = race.workload.newTokens === undefined ? 1 : 0;
  return outputs.map((output) =>
    end + (typeof output === "string" ? race.count(output) : output.length)
  );
}

/** Whether all did the same work: tokens, sentences as in float32; and load times, memory, calm. */
function outputTable(race: Race, standings: readonly Standing[]): string {
  const key = settingKey({ batch: 1, beams: 1 });
  const running = standings.filter(({ rounds }) => rounds.has(key));
  const texts = ({ rounds }: Standing) =>
    rounds.get(key)![0].outputs.map((output) =>
      typeof output === "string" ? output : race.decode(output)
    );
  const reference = [HEED_PLAIN, "onnxruntime-node fp32", "onnxruntime-node q8"]
    .map((name) => running.find(({ contender }) => contender.name === name))
    .find((standing) => standing !== undefined);
  const expected = reference && texts(reference);
  const rows = running.map((standing) => {
    const { contender: { name }, hello, rounds } = standing;
    const own = texts(standing);
    const same = own.filter((text, i) => text === expected?.[i]).length;
    const agreement = race.workload.kind === "encode"
      ? `within ${largestDifference(standing, reference!).toFixed(3)}`
      : `${same} of ${own.length}`;
    const all = [...rounds.values()].flat();
    const calm = median(all.map(({ cpuSeconds, seconds }) => cpuSeconds / seconds));
    const busy = calm < CALM * standing.contender.cores;
    return `| ${name} | ${hello!.program} | ${tokensOf(race, standing, key)} | ${agreement} | ${
      hello!.loadMs.toFixed(0)
    } | ${Math.max(...all.map(({ peakRssMb }) => peakRssMb)).toFixed(0)} | ${calm.toFixed(2)}${
      busy ? " (busy)" : ""
    } |`;
  });
  const what = race.workload.kind === "encode"
    ? "the first hidden states"
    : "greedy, what was generated";
  return `Batch 1; ${what}, beside ${reference?.contender.name ?? "none"}.

| | version | tokens | the same | load, ms | peak memory, MB | processor time / time |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
${rows.join("\n")}`;
}

/** Between the first numbers of each text's first hidden state. */
function largestDifference(a: Standing, b: Standing): number {
  const [ours, theirs] = [a, b].map(({ rounds }) =>
    rounds.get(settingKey({ batch: 1, beams: 1 }))![0].outputs as number[][]
  );
  return Math.max(...ours.flatMap((row, i) => row.map((x, j) => Math.abs(x - theirs[i][j]))));
}

/** How much of the core's limits Heed's int8 uses. */
export async function rooflineTable(
  results: readonly { race: Race; directory: string; standings: readonly Standing[] }[],
  roofline: Roofline,
): Promise<string> {
  const rows: string[] = [];
  for (const { race, directory, standings } of results) {
    const heed = standings.find(({ contender }) => contender.name === HEED);
    for (const batch of [1, 16]) {
      const rounds = heed?.rounds.get(settingKey({ batch, beams: 1 }));
      if (rounds === undefined) continue;
      const outputs = lengthsOf(race, rounds[0].outputs);
      const { operations, bytes } = await workOf(race, { directory, batch, outputs });
      const seconds = median(rounds.map((round) => round.seconds));
      const gops = operations / seconds / 1e9, gbs = bytes / seconds / 1e9;
      rows.push(
        `| ${race.name}, batch ${batch} | ${gops.toFixed(1)} | ${
          percent(gops, roofline.int8Gops)
        } | ${gbs.toFixed(1)} | ${percent(gbs, roofline.readGbs)} |`,
      );
    }
  }
  return `
### Roofline

One core does ${roofline.int8Gops.toFixed(0)} GOPS in int8 and ${
    roofline.floatGops.toFixed(0)
  } GFLOPS with 128-bit
vectors (loops of nothing but the instruction, in the same WASM), and reads 256 MB in order at ${
    roofline.readGbs.toFixed(1)
  } GB/s; smaller weights stay in
a cache. Heed int8, greedy, whole translations; only products with weights are counted, and weights as read
once by each product.

| | GOPS | of the peak | weights, GB/s | of that reading |
| --- | ---: | ---: | ---: | ---: |
${rows.join("\n")}`;
}

function percent(part: number, whole: number): string {
  return `${(100 * part / whole).toFixed(0)} %`;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
