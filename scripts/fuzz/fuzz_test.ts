import { assertEquals } from "@std/assert";
import { type Target, targets } from "./targets.ts";
import { type Finding, Trials } from "./try_target.ts";

// The first of the 20,000 that `main.ts` tries, in a process that is not watched.
for (const target of targets) {
  const count = target.slow ? 20 : 200;
  const known = target.known === undefined ? "" : `, left out: ${target.known}`;
  const name = `${target.name}: ${count} mutations are taken or clearly refused${known}`;
  Deno.test({ name, ignore: known !== "", fn: () => tryFirst(target, count) });
}

async function tryFirst(target: Target, count: number): Promise<void> {
  await using trials = await Trials.begin(target, 1);
  const findings: Finding[] = [];
  for (let index = 0; index < count; index++) {
    const { finding } = await trials.try(index);
    if (finding) findings.push(finding);
  }
  assertEquals(findings, []);
}
