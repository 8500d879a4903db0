/**
 * Draws how the loss of a run fell.
 *
 *     deno run --allow-read --allow-write --allow-env apps/experiments/gpt/curve.ts RUN/log.jsonl NAME
 *
 * Writes `results/NAME.svg` and the points as `results/NAME.json`.
 */
import { plotSvg } from "@heed/visualize/plot";
import { type LossCurves, readLossCurves } from "../attention/loss_curves.ts";

const [log, name] = Deno.args;
const results = new URL("results/", import.meta.url);
const curves = await readLossCurves(log);
const points = (curve: keyof Pick<LossCurves, "trainLoss" | "devLoss">) =>
  curves[curve].map(({ tokens, loss }) => [tokens / 1e6, loss] as const);
const svg = await plotSvg({
  x: { title: "million tokens" },
  y: { title: "nats for each token" },
  series: [
    { name: "training", points: points("trainLoss") },
    { name: "validation", points: points("devLoss") },
  ],
});
await Deno.writeTextFile(new URL(`${name}.svg`, results), svg);
await Deno.writeTextFile(new URL(`${name}.json`, results), JSON.stringify(curves, null, 1) + "\n");
