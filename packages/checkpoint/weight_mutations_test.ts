import { GOLDEN } from "./_fixtures_test.ts";
import { isRefusal, mutate, READERS, seededRandom } from "./testing/mutations.ts";

const FILES: readonly (readonly [keyof typeof READERS, string])[] = [
  ["torch", "torch/pytorch_model.bin"],
  ["torch", "torch/protocol_4.bin"],
  ["torch", "torch/legacy.bin"],
  ["marian", "marian/model.bin"],
  ["marian", "marian/model.intgemm.alphas.bin"],
  ["marian", "marian/types.npz"],
  ["marian", "marian/deflated.npz"],
  ["shortlist", "marian/lex.s2t.bin"],
];

for (const [reader, name] of FILES) {
  Deno.test(`a mutated ${name} is read or refused, and nothing else`, async () => {
    const bytes = await Deno.readFile(new URL(name, GOLDEN));
    await READERS[reader](bytes);
    for (let seed = 1; seed <= 300; seed++) {
      const mutated = mutate(bytes, seededRandom(seed));
      try {
        await READERS[reader](mutated);
      } catch (error) {
        if (isRefusal(error)) continue;
        throw new Error(`Seed ${seed} of ${name} fails otherwise`, { cause: error });
      }
    }
  });
}
