/**
 * The process that is watched: tries the mutations FROM to TO of a target, and tells of each on standard output before
 * it begins and after it has ended.
 *
 *     deno run --allow-all scripts/fuzz/watched.ts TARGET SEED FROM TO
 */
import { targets } from "./targets.ts";
import { type Trial, Trials } from "./try_target.ts";

/** A line of output. */
export type Told = { readonly begins: number } | Trial;

if (import.meta.main) {
  const [name, seed, from, to] = Deno.args;
  const target = targets.find((target) => target.name === name)!;
  await using trials = await Trials.begin(target, Number(seed));
  for (let index = Number(from); index < Number(to); index++) {
    tell({ begins: index });
    tell(await trials.try(index));
  }
}

/** Written at once: a reader that hangs must not hold back which one it was. */
function tell(line: Told): void {
  let rest = new TextEncoder().encode(JSON.stringify(line) + "\n");
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}
