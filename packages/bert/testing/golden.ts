import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { EncoderTask } from "@heed/model";

/** What testdata/bert holds; its README names the programs that made it. */
export interface Golden {
  readonly inputIds: number[][];
  readonly hiddenStates: number[][][][];
  readonly attentions: number[][][][][];
  readonly poolerOutput?: number[][];
  readonly logits: unknown[];
  readonly nextSentence?: number[][];
  readonly gradients: {
    readonly inputs: Record<string, number[][]>;
    readonly loss: number;
    readonly of: Record<string, unknown>;
  };
}

/** Families in testdata/bert. */
export const FAMILIES = ["bert", "distilbert", "roberta"] as const;

/** Heads of a family in testdata/bert. */
export function tasksOf(family: typeof FAMILIES[number]): EncoderTask[] {
  return [
    "masked-lm",
    ...family === "bert" ? ["next-sentence"] as const : [],
    "sequence-classification",
    "token-classification",
    "question-answering",
  ];
}

/** Opens a checkpoint with its golden values. */
export async function readGolden(name: string): Promise<{ directory: URL; golden: Golden }> {
  const directory = new URL(`../../../testdata/bert/${name}/`, import.meta.url);
  const golden = JSON.parse(await Deno.readTextFile(new URL("golden.json", directory)));
  return { directory, golden };
}

/** Asserts that numbers agree with nested golden ones. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: unknown,
  { tolerance = 1e-4, what = "" }: { tolerance?: number; what?: string } = {},
): void {
  const flat = [expected].flat(Infinity) as number[];
  assertEquals(actual.length, flat.length, what);
  flat.forEach((value, i) => {
    const allowed = tolerance * Math.max(1, Math.abs(value));
    assertAlmostEquals(actual[i], value, allowed, `${what} element ${i}`);
  });
}
