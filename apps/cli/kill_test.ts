import { assertEquals } from "@std/assert";
import { killedCommands } from "./testing/kill_commands.ts";
import { killCommand } from "./testing/kill_runs.ts";

/** Of the moments, which each run draws alike; `scripts/kill/main.ts` tries more commands and more moments. */
const SEED = 5;
const NAMES = ["translate --output", "align --write"];

for (const name of NAMES) {
  Deno.test(`heed ${name} that is killed loses no input, and leaves nothing half that looks whole`, async () => {
    const command = killedCommands.find((command) => command.name === name)!;
    const { problems } = await killCommand(command, { seed: SEED, moments: 1, from: 0.6 });
    assertEquals(problems, []);
  });
}
