/**
 * Kills every command of the command line with SIGINT, SIGTERM and SIGKILL at moments drawn within its run time, and
 * looks at what is left: inputs as they were, outputs old or whole, whole lines on standard output, exit codes 130,
 * 143 and 137.
 *
 *     deno run -A scripts/kill/main.ts [--moments 10] [--seed 13] [--only NAME]
 *
 * Prints a table, and exits with 1 when something is wrong.
 */
import { parseArgs } from "@std/cli";
import { killedCommands } from "../../apps/cli/testing/kill_commands.ts";
import { killCommand, killSignals } from "../../apps/cli/testing/kill_runs.ts";

const { moments, seed, only } = parseArgs(Deno.args, {
  string: ["moments", "seed", "only"],
  default: { moments: "10", seed: "13" },
});

const problems: string[] = [];
console.log(
  "| Command | Run time | Killed | Finished before | Outputs as before | Outputs whole | Wrong |",
);
console.log("| --- | --: | --: | --: | --: | --: | --: |");
for (const command of killedCommands) {
  if (only !== undefined && !command.name.startsWith(only)) continue;
  const found = await killCommand(command, { seed: Number(seed), moments: Number(moments) });
  const { name, milliseconds, killed, finished, older, whole } = found;
  console.log(
    `| \`${name}\` | ${
      (milliseconds / 1000).toFixed(1)
    } s | ${killed} | ${finished} | ${older} | ${whole} | ${found.problems.length} |`,
  );
  problems.push(...found.problems.map((problem) => `${name}: ${problem}`));
}
console.log(`\n${moments} moments for each of ${killSignals.join(", ")}, seed ${seed}.`);
for (const problem of problems) console.log(`- ${problem}`);
if (problems.length > 0) Deno.exit(1);
