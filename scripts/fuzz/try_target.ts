import { mutate } from "./mutate.ts";
import type { Target } from "./targets.ts";
import { faultKey, faultOf } from "./verdict.ts";

const TESTDATA = new URL("../../testdata/", import.meta.url);

/** What became of one mutation. */
export interface Trial {
  /** Number of the mutation. */
  readonly index: number;
  /** True when the reader took it. */
  readonly accepted: boolean;
  /** What was wrong with how it was refused, and where. */
  readonly finding?: Finding;
}

/** What a reader should not have done. */
export interface Finding {
  /** Number of the mutation. */
  readonly index: number;
  /** Equal for findings of one fault. */
  readonly key: string;
  /** What was wrong. */
  readonly fault: string;
  /** Where it was thrown; empty when it was not. */
  readonly stack: string;
}

/** One target in a folder of its own. */
export class Trials {
  readonly #target: Target;
  readonly #directory: string;
  readonly #inputs: readonly Uint8Array[];
  readonly #seed: number;

  private constructor(target: Target, directory: string, inputs: Uint8Array[], seed: number) {
    this.#target = target;
    this.#directory = directory;
    this.#inputs = inputs;
    this.#seed = seed;
  }

  /**
   * Lays out the files of a target, and checks that the reader takes them as they are.
   *
   * @param target The target.
   * @param seed What the mutations follow from, together with name and number.
   * @returns The trials; they lie in a temporary folder until they are disposed of.
   */
  static async begin(target: Target, seed: number): Promise<Trials> {
    const directory = await Deno.makeTempDir({ prefix: "fuzz-" });
    for (const name of target.beside ?? []) {
      await Deno.copyFile(new URL(name, TESTDATA), `${directory}/${name.replace(/.*\//, "")}`);
    }
    const path = `${directory}/${target.file}`;
    const inputs: Uint8Array[] = [];
    for (const input of target.inputs) {
      if (typeof input === "string") await Deno.copyFile(new URL(input, TESTDATA), path);
      else await input(path);
      inputs.push(await Deno.readFile(path));
      await target.read(path, directory);
    }
    return new Trials(target, directory, inputs, seed);
  }

  /** The bytes of a mutation. */
  bytes(index: number): Uint8Array {
    const { name, structure, seal } = this.#target;
    const seed = `${name} ${this.#seed} ${index}`;
    const { bytes } = mutate(this.#inputs, { structure, seed });
    return seal && index % 2 === 1 ? seal(bytes) : bytes;
  }

  /** Lets the reader have one. */
  async try(index: number): Promise<Trial> {
    const path = `${this.#directory}/${this.#target.file}`;
    await Deno.writeFile(path, this.bytes(index));
    try {
      await this.#target.read(path, this.#directory);
      return { index, accepted: true };
    } catch (error) {
      const fault = faultOf(error);
      if (fault === undefined) return { index, accepted: false };
      const stack = error instanceof Error ? error.stack ?? "" : "";
      return {
        index,
        accepted: false,
        finding: { index, key: faultKey(fault, stack), fault, stack },
      };
    }
  }

  /** Removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#directory, { recursive: true });
  }
}
