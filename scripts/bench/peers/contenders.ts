/** Who races on a model, how each is started, and what Heed is to reach against it. */
import { type Peers, run } from "./install.ts";
import type { Setting } from "./protocol.ts";
import type { Race } from "./workloads.ts";

/** A program on a model. */
export interface Contender {
  readonly name: string;
  readonly command: readonly string[];
  readonly cores: number;
  readonly beams: readonly number[];
  /** Who of Heed is compared with it; none for Heed's own on one thread. */
  readonly against?: string;
  /** The ratio that is wanted, greedy, by batch. */
  readonly goals?: Readonly<Record<number, number>>;
  /** Why it cannot run. */
  readonly problem?: string;
}

/** Heed on one thread, in int8 and float32. */
export const HEED = "Heed int8", HEED_PLAIN = "Heed fp32";
/** Heed on two. */
export const TWO_WORKERS = "Heed int8, 2 workers";

const HERE = new URL("./", import.meta.url).pathname;

/** How a model is run: batches, and beams where it generates. */
export function settingsOf({ workload }: Race): Omit<Setting, "repeats">[] {
  const beams = workload.kind === "translate" ? [1, 4] : [1];
  return beams.flatMap((width) => [1, 16].map((batch) => ({ batch, beams: width })));
}

/** Makes the model's directory, its exports and its workload's file; gives the contenders that this allows. */
export async function prepare(
  race: Race,
  peers: Peers,
  cache: string,
): Promise<{ directory: string; contenders: Contender[] }> {
  const home = `${cache}/models/${race.name}`;
  const workload = `${home}/workload.json`;
  await Deno.mkdir(home, { recursive: true });
  await Deno.writeTextFile(workload, JSON.stringify(race.workload));
  const model = race.directory ?? `${home}/model`;
  if (race.directory === undefined) {
    await run([peers.python, `${HERE}../random_models.py`, race.name, model]);
  }
  const exportTo = async (kind: string, ...rest: string[]): Promise<string | undefined> => {
    const script = `${HERE}export_${kind}.py`;
    return await run([peers.python, script, model, `${home}/${kind}`, ...rest])
      .then(() => undefined, (error) => `cannot export: ${error.message}`);
  };
  const deno = (script: string, ...args: string[]) => [
    ...[Deno.execPath(), "run", "--allow-all", "--no-lock", HERE + script],
    ...args,
    workload,
  ];
  const heed = (name: string, dtype: string, cores: number): Contender => ({
    name,
    command: deno("heed.ts", model, dtype, String(cores)),
    cores,
    beams: [1, 4],
    against: cores > 1 ? HEED : undefined,
    goals: cores > 1 ? { 1: 1.9, 16: 1.9 } : undefined,
  });
  const onnx = await exportTo("onnx");
  const onnxruntime = (variant: "web" | "node", precision: "q8" | "fp32"): Contender => {
    const name = `onnxruntime-${variant}` as const;
    return {
      name: `${name} ${precision}`,
      command: deno("onnxruntime.ts", variant, peers.folder(name), `${home}/onnx`, precision),
      cores: 1,
      beams: [1],
      against: precision === "q8" ? HEED : HEED_PLAIN,
      goals: variant === "web" && precision === "q8" ? { 1: 5, 16: 3 } : undefined,
      problem: peers.problems.get(name) ?? onnx,
    };
  };
  const contenders = [
    heed(HEED, "int8", 1),
    heed(TWO_WORKERS, "int8", 2),
    onnxruntime("web", "q8"),
    onnxruntime("node", "q8"),
  ];
  if (race.workload.kind === "translate") {
    const bergamot = "@browsermt/bergamot-translator";
    contenders.push({
      name: "Bergamot",
      command: deno("bergamot.ts", peers.folder(bergamot), `${home}/marian`),
      cores: 1,
      beams: [1],
      against: HEED,
      goals: { 1: 2, 16: 2 },
      problem: peers.problems.get(bergamot) ?? await exportTo("marian", workload),
    }, {
      name: "CTranslate2",
      command: [peers.python, `${HERE}ctranslate2_runner.py`, `${home}/ctranslate2`, workload],
      cores: 1,
      beams: [1, 4],
      against: HEED,
      goals: { 1: 0.5, 16: 0.3 },
      problem: peers.problems.get("CTranslate2") ?? await exportTo("ctranslate2"),
    });
  }
  if (race.plain) {
    contenders.push(
      heed(HEED_PLAIN, "fp32", 1),
      onnxruntime("web", "fp32"),
      onnxruntime("node", "fp32"),
    );
  }
  return { directory: model, contenders };
}
