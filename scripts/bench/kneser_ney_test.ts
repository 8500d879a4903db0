import { assert, assertAlmostEquals } from "@std/assert";
import { KneserNey } from "./kneser_ney.ts";

const idsOf = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0) - 97);
const text = idsOf("abracadabraabracadabrasimsalabim".repeat(3) + "hocuspocusfidibus");

Deno.test("KneserNey gives probabilities that sum to 1, whatever came before", () => {
  for (const order of [1, 2, 4]) {
    const model = new KneserNey([text], { order, vocabSize: 26 });
    for (const context of ["", "abr", "xyz", "bus"]) {
      const units = String.fromCharCode(...idsOf(context));
      const all = Array.from({ length: 26 }, (_, id) => model.probability(units, id));
      assertAlmostEquals(all.reduce((sum, p) => sum + p, 0), 1, 1e-12, context);
      assert(all.every((p) => p > 0));
    }
  }
});

Deno.test("KneserNey of order 2 is what one works out by hand", () => {
  // ab ab ac ba ba: from "ababac"; bigrams ab 2, ba 2, ac 1; kinds before a: 1, b: 1, c: 1.
  const model = new KneserNey([idsOf("ababac")], { order: 2, vocabSize: 4 });
  // Counts of counts n1 = 1, n2 = 2: y = 1/5, D1 = 1 - 2/5 * 2 = 0.2; D2: 2 - 0 = 2, by the formula with n3 = 0.
  // Kinds: n1 = 3, n2 = 0: y = 1, D1 = 1 - 0 = 1; all that is left is uniform, 1/4.
  const c = model.probability(String.fromCharCode(0), 2);
  assertAlmostEquals(c, (1 - 0.2 + (2 + 0.2) / 4) / 3, 1e-12);
});

Deno.test("KneserNey foretells more with a longer memory of a text that repeats itself", () => {
  const bits = [1, 2, 3].map((order) => new KneserNey([text], { order, vocabSize: 26 }).bits(text));
  assert(bits[0] > bits[1] && bits[1] > bits[2], bits.join(" "));
});
