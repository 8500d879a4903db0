import { assertEquals } from "@std/assert";
import { ACTIVATION_RANGES, probeSimdMode } from "./simd_mode.ts";

Deno.test("probeSimdMode() names a mode, the same every time", () => {
  const mode = probeSimdMode();
  console.log(`    this machine: ${mode}`);
  assertEquals(Object.keys(ACTIVATION_RANGES).includes(mode), true);
  assertEquals(probeSimdMode(), mode);
  assertEquals(mode !== "plain", true); // Deno has relaxed SIMD
});

Deno.test("the ranges fit their integers", () => {
  for (const [mode, { max, zero }] of Object.entries(ACTIVATION_RANGES)) {
    const [least, greatest] = mode === "relaxed-u8"
      ? [0, 255]
      : mode === "relaxed-i7"
      ? [0, 127]
      : [-128, 127];
    assertEquals(zero - max >= least && zero + max <= greatest, true, mode);
  }
});
