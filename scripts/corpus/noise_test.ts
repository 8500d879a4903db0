import { assert, assertEquals } from "@std/assert";
import { addNoise, type Noise } from "./noise.ts";

const pair = (source: string, target: string) => ({ source, target, document: "" });
const languages = { sourceLanguage: "en", targetLanguage: "de" };
const only = (noise: Noise) => ({ capitals: 0, lowerCase: 0, noFullStop: 0, [noise]: 1 });
const sides = (noise: Noise, source: string, target: string) => {
  const noisy = addNoise(pair(source, target), only(noise), languages);
  return [noisy.source, noisy.target, noisy.noise];
};

Deno.test("addNoise() writes capitals, and leaves what is protected", () => {
  assertEquals(sides("capitals", "Say %s to ⟦1⟧, it's big.", "Sag %s zu ⟦1⟧, es ist groß."), [
    "SAY %s TO ⟦1⟧, IT'S BIG.",
    "SAG %s ZU ⟦1⟧, ES IST GROSS.",
    "capitals",
  ]);
  assertEquals(sides("capitals", "OK", "OK"), ["OK", "OK", undefined]);
  const turkish = { sourceLanguage: "en", targetLanguage: "tr_TR" };
  assertEquals(addNoise(pair("in", "iç"), only("capitals"), turkish).target, "İÇ");
});

Deno.test("addNoise() takes capitals from the source, all or the first, and not from the target", () => {
  const found = new Set<string>();
  for (let i = 0; i < 40; i++) {
    const [source, target] = sides("lowerCase", `The House ${"x".repeat(i)}`, "Das Haus");
    found.add(source!.slice(0, 9));
    assertEquals(target, "Das Haus");
  }
  assertEquals([...found].sort(), ["the House", "the house"]);
  assert(["USB is", "usb is"].includes(sides("lowerCase", "USB is", "USB ist")[0]!));
});

Deno.test("addNoise() takes a full stop from both sides or none", () => {
  assertEquals(sides("noFullStop", "Go!", "Geh."), ["Go", "Geh", "noFullStop"]);
  for (
    const [source, target] of [["Go", "Geh."], ["Go...", "Geh..."], [".", "."], ["Go?", "Geh?"]]
  ) {
    assertEquals(sides("noFullStop", source, target), [source, target, undefined]);
  }
});

Deno.test("addNoise() gives each kind its share, one to a pair, always the same", () => {
  const shares = { capitals: 0.1, lowerCase: 0.2, noFullStop: 0.05 };
  const count = { capitals: 0, lowerCase: 0, noFullStop: 0, none: 0 };
  for (let i = 0; i < 4000; i++) {
    const made = pair(`The text ${i}.`, `Der Text ${i}.`);
    const noisy = addNoise(made, shares, languages);
    count[noisy.noise ?? "none"]++;
    assertEquals(addNoise(made, shares, languages), noisy);
  }
  for (const [kind, share] of Object.entries(shares)) {
    const found = count[kind as Noise] / 4000;
    assert(Math.abs(found - share) < 0.02, `${kind}: ${found}`);
  }
});
