/**
 * Draws how a training went, from its log: the section `training` of a model's card and `training.svg`.
 *
 *     deno run -A scripts/models/learning_curve.ts packages/model-de-en --log runs/de-en/log.jsonl
 *         [--config scripts/recipes/de-en.train.json]
 */
import { parseArgs } from "@std/cli";
import { plotSvg } from "@heed/visualize/plot";
import { describeMachine, writeSection } from "../bench/report.ts";

interface LogLine {
  readonly event: string;
  readonly step: number;
  readonly loss: number;
  readonly bleu?: number;
  readonly tokens?: number;
  readonly seconds?: number;
  readonly workers?: number;
}

const args = parseArgs(Deno.args, { string: ["log", "config"] });
const [folder] = args._.map(String);
if (folder === undefined || args.log === undefined) {
  console.error("usage: learning_curve.ts PACKAGE_DIR --log FILE.jsonl [--config FILE.json]");
  Deno.exit(2);
}

const log: LogLine[] = (await Deno.readTextFile(args.log)).trimEnd().split("\n")
  .map((line) => JSON.parse(line));
// A run that went on after a kill did some steps again: the last time counts.
const steps = new Map(log.filter(({ event }) => event === "step").map((line) => [line.step, line]));
const evaluations = new Map(
  log.filter(({ event }) => event === "evaluation").map((line) => [line.step, line]),
);
const measured = [...steps.values()];
const tokens = measured.reduce((sum, line) => sum + line.tokens!, 0);
const seconds = log.reduce((sum, line) => sum + (line.event === "step" ? line.seconds ?? 0 : 0), 0);
const fastest = measured.map((line) => line.tokens! / line.seconds!).sort((a, b) => b - a)
  .slice(0, Math.ceil(measured.length / 4));
const starts = log.filter(({ event }) => event === "start" || event === "resume");
const workers = starts.at(-1)?.workers ?? 1;

/** Mean loss of every so many steps: single batches jump. */
function smoothed(width: number): [number, number][] {
  const points: [number, number][] = [];
  for (let start = 0; start + width <= measured.length; start += width) {
    const part = measured.slice(start, start + width);
    const mean = part.reduce((sum, { loss }) => sum + loss, 0) / width;
    points.push([part.at(-1)!.step, Number(mean.toFixed(4))]);
  }
  return points;
}

const svg = await plotSvg({
  title: "Loss while training, in nats for each token",
  x: { title: "step" },
  y: { title: "loss" },
  series: [
    {
      name: "training (smoothed labels)",
      points: smoothed(Math.max(1, Math.floor(measured.length / 40))),
    },
    {
      name: "dev",
      points: [...evaluations.values()].filter(({ step }) => step > 0)
        .map(({ step, loss }): [number, number] => [step, loss]),
    },
  ],
  labels: "legend",
});
await Deno.writeTextFile(`${folder}/training.svg`, svg);

const hasBleu = [...evaluations.values()].some(({ bleu }) => bleu !== undefined);
const rows = [...evaluations.values()].map((
  { step, loss, bleu },
) => [step, loss.toFixed(4), ...hasBleu ? [bleu?.toFixed(1) ?? "-"] : []]);
const table = [["Step", "Dev loss", ...hasBleu ? ["BLEU"] : []], ["--:", "--:", "--:"], ...rows]
  .map((row) => `| ${row.slice(0, hasBleu ? 3 : 2).join(" | ")} |`);
const command = args.config === undefined ? "" : ` Command: \`heed train ${args.config}\`.`;
await writeSection(
  "training",
  `${measured.length} steps, ${(tokens / 1e6).toFixed(1)} million target tokens, ${
    (seconds / 3600).toFixed(2)
  } hours on ${workers} ${workers === 1 ? "worker" : "workers"} (${
    Math.round(fastest.reduce((sum, rate) => sum + rate, 0) / fastest.length)
  } tokens/s in the fastest quarter of the steps, when nothing else ran; ${
    Math.round(tokens / seconds)
  } in the mean), ${starts.length - 1} ${
    starts.length === 2 ? "interruption" : "interruptions"
  }. ` +
    `${await describeMachine()}.${command} Dev loss${
      hasBleu ? ", and greedy BLEU on the first 200 dev sentences" : ""
    }:\n\n${table.join("\n")}\n\n![Loss](./training.svg)`,
  `${folder}/README.md`,
);
