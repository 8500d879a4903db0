/**
 * Fine-tunes a checkpoint on real tasks and says what it reaches.
 *
 *     deno run --allow-all apps/experiments/bert/transfer.ts MODEL DATA OUTPUT [TASK ...] [--workers=N] [--steps=N]
 *
 * Tasks by default: banking77 sst-2 clinc150 ag-news wnut17. Each result goes to OUTPUT/results.jsonl as it comes; a
 * task that is there is left out, so that the program can be started again.
 */
import { runTask } from "./run_task.ts";
import { TASKS } from "./tasks.ts";

const option = (name: string) =>
  Deno.args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const [model, data, output, ...names] = Deno.args.filter((arg) => !arg.startsWith("--"));
if (output === undefined) throw new TypeError("Cannot fine-tune: give MODEL DATA OUTPUT");
const wanted = names.length > 0 ? names : ["banking77", "sst-2", "clinc150", "ag-news", "wnut17"];
const results = `${output}/results.jsonl`;
await Deno.mkdir(output, { recursive: true });
const done = await Deno.readTextFile(results).catch(() => "");
for (const name of wanted) {
  const task = TASKS[name];
  if (task === undefined) throw new RangeError(`Cannot fine-tune ${name}: there is no such task`);
  if (done.includes(`"task":"${name}"`)) continue;
  const steps = option("steps");
  const result = await runTask(task, {
    model,
    data,
    output: `${output}/${name}`,
    workers: Number(option("workers") ?? 1),
    seed: 1,
    ...steps && { steps: Number(steps) },
  });
  const line = JSON.stringify({ task: name, goal: task.goal, ...result });
  await Deno.writeTextFile(results, line + "\n", { append: true });
  console.log(line);
}
