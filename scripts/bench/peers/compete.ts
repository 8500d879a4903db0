/** One model's race: every contender loaded, warmed up, and run in turn. */
import { type Contender, settingsOf } from "./contenders.ts";
import type { Hello, Round, Setting } from "./protocol.ts";
import { Runner } from "./runner.ts";
import type { Race } from "./workloads.ts";

/** What a contender did. */
export interface Standing {
  readonly contender: Contender;
  readonly hello?: Hello;
  /** Rounds of each setting, by {@linkcode settingKey}. */
  readonly rounds: Map<string, Round[]>;
  problem?: string;
}

/** Least seconds of a round and of the warm-up: V8 compiles hot code again several times. */
const ROUND_SECONDS = 0.5, WARM_UP_SECONDS = 2.5, WARM_UP_ROUNDS = 3;

/** Name of a setting. */
export function settingKey({ batch, beams }: Omit<Setting, "repeats">): string {
  return `batch ${batch}` + (beams > 1 ? `, beam ${beams}` : "");
}

/** Runs all contenders on one model; one that fails is left out from there on. */
export async function compete(
  race: Race,
  contenders: readonly Contender[],
  { rounds, quick }: { rounds: number; quick: boolean },
): Promise<Standing[]> {
  const standings: Standing[] = [];
  const runners = new Map<Standing, Runner>();
  for (const contender of contenders) {
    const standing: Standing = { contender, rounds: new Map(), problem: contender.problem };
    standings.push(standing);
    if (standing.problem !== undefined) continue;
    await guard(standing, async () => {
      const { runner, hello } = await Runner.start(contender);
      runners.set(standing, runner);
      Object.assign(standing, { hello });
    });
  }
  for (const setting of settingsOf(race)) {
    const entered = standings.filter(({ contender }) => contender.beams.includes(setting.beams));
    const repeats = new Map<Standing, number>();
    for (const standing of entered) {
      await guard(standing, async () => {
        const seconds = await warmUp(runners.get(standing)!, setting, quick);
        repeats.set(standing, quick ? 1 : Math.ceil(ROUND_SECONDS / seconds));
      });
    }
    for (let round = 1; round <= rounds; round++) {
      for (const standing of entered) {
        await guard(standing, async () => {
          const full = { ...setting, repeats: repeats.get(standing)! };
          const result = await runners.get(standing)!.round(full);
          const key = settingKey(setting);
          standing.rounds.set(key, [...standing.rounds.get(key) ?? [], result]);
        });
      }
    }
    console.error(`${race.name}: ${settingKey(setting)}`);
  }
  for (const runner of runners.values()) await runner.stop();
  return standings;
}

/** Notes what goes wrong, instead of ending the benchmark; does nothing for who has failed before. */
async function guard(standing: Standing, run: () => Promise<void>): Promise<void> {
  if (standing.problem !== undefined) return;
  try {
    await run();
  } catch (error) {
    standing.problem = (error as Error).message;
    standing.rounds.clear();
    console.error(`${standing.contender.name}: ${standing.problem}`);
  }
}

/** Seconds of the last run. */
async function warmUp(
  runner: Runner,
  setting: Omit<Setting, "repeats">,
  quick: boolean,
): Promise<number> {
  const [least, seconds] = quick ? [1, 0] : [WARM_UP_ROUNDS, WARM_UP_SECONDS];
  let last = 0, sum = 0;
  for (let round = 0; round < least || sum < seconds; round++) {
    last = (await runner.round({ ...setting, repeats: 1 })).seconds;
    sum += last;
  }
  return last;
}
