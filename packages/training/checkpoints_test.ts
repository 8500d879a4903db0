import { assertEquals, assertRejects } from "@std/assert";
import {
  addCheckpoint,
  bestCheckpoints,
  type CheckpointEntry,
  listCheckpoints,
  type Retention,
} from "./checkpoints.ts";

const retention: Retention = { every: 10, last: 2, best: 1, higherIsBetter: false };

const write = (directory: string) => Deno.writeTextFile(`${directory}/file`, "content");

async function directoriesIn(output: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(`${output}/checkpoints`))).map((e) => e.name).sort();
}

const stepsOf = (entries: CheckpointEntry[]) => entries.map(({ step }) => step);

Deno.test("addCheckpoint() keeps the last, the best and the newest", async () => {
  const output = await Deno.makeTempDir();
  const kept: number[][] = [];
  for (const [step, value] of [[10, 3], [20, 1], [30, 2], [35], [40, 5], [50, 0.5]]) {
    kept.push(stepsOf(await addCheckpoint(output, { step, value }, { write, retention })));
  }
  assertEquals(kept, [[10], [10, 20], [20, 30], [20, 30, 35], [20, 30, 40], [40, 50]]);
  assertEquals(await directoriesIn(output), ["step-00000040", "step-00000050"]);
  assertEquals(stepsOf(await listCheckpoints(output)), [40, 50]);
  await Deno.remove(output, { recursive: true });
});

Deno.test("addCheckpoint() leaves the list as it was when writing fails half-way", async () => {
  const output = await Deno.makeTempDir();
  await addCheckpoint(output, { step: 10 }, { write, retention });
  const before = await listCheckpoints(output);
  const fail = async (directory: string) => {
    await write(directory);
    throw new Error("killed");
  };
  await assertRejects(() => addCheckpoint(output, { step: 20 }, { write: fail, retention }));
  assertEquals(await listCheckpoints(output), before);
  assertEquals(await directoriesIn(output), ["step-00000010", "step-00000020.partial"]);
  // The next one clears the remains away.
  await addCheckpoint(output, { step: 20 }, { write, retention });
  assertEquals(await directoriesIn(output), ["step-00000010", "step-00000020"]);
  await Deno.remove(output, { recursive: true });
});

Deno.test("addCheckpoint() never touches the named checkpoint of a step that comes again", async () => {
  const output = await Deno.makeTempDir();
  await addCheckpoint(output, { step: 10 }, { write, retention });
  const fail = () => Promise.reject(new Error("killed"));
  await assertRejects(() => addCheckpoint(output, { step: 10 }, { write: fail, retention }));
  assertEquals(await Deno.readTextFile(`${output}/checkpoints/step-00000010/file`), "content");
  const entries = await addCheckpoint(output, { step: 10, value: 1 }, { write, retention });
  assertEquals(entries, [{ name: "step-00000010b", step: 10, value: 1 }]);
  assertEquals(await directoriesIn(output), ["step-00000010b"]);
  await Deno.remove(output, { recursive: true });
});

Deno.test("addCheckpoint() forgets checkpoints after the step that a run went back to", async () => {
  const output = await Deno.makeTempDir();
  for (const step of [10, 20, 30]) await addCheckpoint(output, { step }, { write, retention });
  assertEquals(stepsOf(await addCheckpoint(output, { step: 25 }, { write, retention })), [20, 25]);
  await Deno.remove(output, { recursive: true });
});

Deno.test("bestCheckpoints() orders by the metric and leaves out what was not measured", () => {
  const entries = [[1, 5], [2, 7], [3, undefined], [4, 7], [5, NaN]]
    .map(([step, value]) => ({ name: String(step), step: step!, value }));
  assertEquals(stepsOf(bestCheckpoints(entries, { higherIsBetter: true })), [2, 4, 1]);
  assertEquals(stepsOf(bestCheckpoints(entries, { higherIsBetter: false })), [1, 2, 4]);
});

for (
  const damaged of [
    undefined,
    "",
    "{}",
    '{"checkpoints":[null]}',
    '{"checkpoints":[{"name":"step-00000010","step":1e300}]}',
    '{"checkpoints":[{"name":"../x","step":1}]}',
    `{"checkpoints":[{"name":"step-00000010${"b".repeat(300)}","step":10}]}`,
  ]
) {
  Deno.test(`listCheckpoints() finds the folders where latest.json is ${damaged?.slice(0, 60) ?? "lost"}`, async () => {
    const output = await Deno.makeTempDir();
    const path = `${output}/latest.json`;
    const writeState = (directory: string) =>
      Deno.writeTextFile(`${directory}/training_state.json`, "{}");
    for (const step of [10, 20]) {
      await addCheckpoint(output, { step }, { write: writeState, retention });
    }
    await Deno.mkdir(`${output}/checkpoints/step-00000030.partial`);
    await Deno.mkdir(`${output}/checkpoints/step-${"9".repeat(20)}`);
    await writeState(`${output}/checkpoints/step-${"9".repeat(20)}`);
    await (damaged === undefined ? Deno.remove(path) : Deno.writeTextFile(path, damaged));
    assertEquals(await listCheckpoints(output), [
      { name: "step-00000010", step: 10 },
      { name: "step-00000020", step: 20 },
    ]);
    await Deno.remove(output, { recursive: true });
  });
}
