import { assertEquals } from "@std/assert";
import { GOLDEN } from "./_fixtures_test.ts";
import { brainToFloat, floatToBrain, floatToHalf, halfToFloat } from "./half.ts";
import { openSafetensors } from "./safetensors_reader.ts";

Deno.test("floatToHalf() and floatToBrain() round as PyTorch 2.15.0 does", async () => {
  await using reader = await openSafetensors(new URL("rounding.safetensors", GOLDEN));
  const source = await reader.readFloat32("source");
  assertEquals(floatToHalf(source), (await reader.read("half")).data);
  assertEquals(floatToBrain(source), (await reader.read("brain")).data);
});

Deno.test("halfToFloat() gives every value that PyTorch 2.15.0 gives", async () => {
  const values = halfToFloat(Uint16Array.from({ length: 65536 }, (_, i) => i));
  values.forEach((value, i) => {
    if (Number.isNaN(value)) values[i] = 0;
  });
  const digest = await crypto.subtle.digest("SHA-256", values);
  assertEquals(
    new Uint8Array(digest).toHex(),
    "faa6d965574036872b0d39a42d1f8bee361d5be92b1e718155a69556a5abacdd",
  );
});

Deno.test("every half and every bfloat16 survives the way through float32", () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const halves = halfToFloat(bits);
  const halfAgain = floatToHalf(halves);
  const brains = brainToFloat(bits);
  const brainAgain = floatToBrain(brains);
  for (let i = 0; i < 65536; i++) {
    if (!Number.isNaN(halves[i])) assertEquals(halfAgain[i], i);
    if (!Number.isNaN(brains[i])) assertEquals(brainAgain[i], i);
  }
});

Deno.test("NaN stays NaN when it is rounded", () => {
  // The second has its mark in the lowest bit only, which rounding takes away.
  const nan = new Float32Array(new Uint32Array([0x7fc00000, 0x7f800001, 0xffffffff]).buffer);
  assertEquals([...halfToFloat(floatToHalf(nan))], [NaN, NaN, NaN]);
  assertEquals([...brainToFloat(floatToBrain(nan))], [NaN, NaN, NaN]);
});
