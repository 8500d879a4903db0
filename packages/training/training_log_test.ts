import { assertEquals } from "@std/assert";
import { openTrainingLog } from "./training_log.ts";

Deno.test("openTrainingLog() cuts off what came after the checkpoint", async () => {
  const path = await Deno.makeTempFile();
  const log = await openTrainingLog(path, { keepBytes: 0 });
  for (let step = 1; step <= 3; step++) await log.write({ event: "step", step, text: "ä" });
  const keepBytes = await log.size();
  await log.write({ event: "step", step: 4 });
  await Deno.writeTextFile(path, '{"event":"st', { append: true }); // killed while writing
  const again = await openTrainingLog(path, { keepBytes });
  await again.write({ event: "resume", step: 3 });
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n").map((l) => JSON.parse(l));
  assertEquals(lines.map(({ event, step }) => [event, step]), [
    ["step", 1],
    ["step", 2],
    ["step", 3],
    ["resume", 3],
  ]);
  await Deno.remove(path);
});

Deno.test("openTrainingLog() starts anew with nothing to keep, and does without a lost log", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/log.jsonl`;
  await (await openTrainingLog(path, { keepBytes: 100 })).write({ event: "resume", step: 7 });
  assertEquals(await Deno.readTextFile(path), '{"event":"resume","step":7}\n');
  await openTrainingLog(path, { keepBytes: 0 });
  assertEquals(await Deno.readTextFile(path), "");
  await Deno.remove(directory, { recursive: true });
});
