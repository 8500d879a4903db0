/**
 * Tries every reader on seeded mutations of valid files: each must be taken, or refused with a clear error, within
 * 10 seconds and 2 GB.
 *
 *     deno run -A scripts/fuzz/main.ts [--target NAME] [--count 20000] [--seed 1] [--from 0] [--save .cache/fuzz]
 *
 * `--only NUMBER` prints what one mutation does, without a watchdog, and its bytes' place.
 */
import { parseArgs } from "@std/cli";
import { targets } from "./targets.ts";
import { type Finding, Trials } from "./try_target.ts";
import { watch } from "./watch.ts";

const args = parseArgs(Deno.args, {
  string: ["target", "count", "seed", "from", "only", "save"],
  unknown(argument) {
    console.error(
      `Cannot read ${argument}; usage: main.ts [--target NAME] [--count N] [--seed N] [--from N] ` +
        "[--only N] [--save DIR]",
    );
    Deno.exit(2);
  },
});
const seed = Number(args.seed ?? 1), from = Number(args.from ?? 0);
const to = from + Number(args.count ?? 20_000);
const save = args.save ?? ".cache/fuzz";
const chosen = targets.filter(({ name }) => args.target === undefined || name === args.target);
if (chosen.length === 0) {
  throw new RangeError(
    `Cannot find target ${args.target}: they are ${targets.map(({ name }) => name).join(", ")}`,
  );
}
await Deno.mkdir(save, { recursive: true });

let failed = false;
for (const target of chosen) {
  await using trials = await Trials.begin(target, seed);
  const place = (index: number) => `${save}/${target.name.replace(/\W+/g, "-")}-${seed}-${index}`;
  if (args.only !== undefined) {
    const index = Number(args.only);
    await Deno.writeFile(place(index), trials.bytes(index));
    console.log(place(index), await trials.try(index));
    continue;
  }
  const { accepted, refused, findings } = await watch(target, { seed, from, to });
  console.log(
    `${target.name}: ${accepted} accepted, ${refused} refused, ${findings.length} findings`,
  );
  for (const [first, ...others] of byFault(findings)) {
    failed = true;
    await Deno.writeFile(place(first.index), trials.bytes(first.index));
    const more = others.length > 0 ? ` (and ${others.length} more)` : "";
    console.log(`  ${place(first.index)}${more}\n    ${first.fault}\n    at ${first.key}`);
  }
}
if (failed) Deno.exit(1);

/** Findings of one fault together, the most frequent first. */
function byFault(findings: readonly Finding[]): Finding[][] {
  return Object.values(Object.groupBy(findings, ({ key }) => key) as Record<string, Finding[]>)
    .sort((a, b) => b.length - a.length);
}
