import { assert, assertEquals } from "@std/assert";
import { type Rgb, signedColor, type Theme, weightColor } from "./ramp.ts";
import { seriesColor } from "./series_color.ts";

/** 8 bits of sRGB to linear light. */
function toLinear(part: number): number {
  const value = part / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Relative luminance of WCAG 2. */
function luminance(color: Rgb): number {
  const [r, g, b] = color.map(toLinear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

for (const theme of ["light", "dark"] satisfies Theme[]) {
  Deno.test(`weightColor() gets steadily stronger from the background on, ${theme}`, () => {
    const sign = theme === "light" ? -1 : 1;
    for (let i = 1; i <= 32; i++) {
      const step = luminance(weightColor(i / 32, theme)) -
        luminance(weightColor((i - 1) / 32, theme));
      assert(sign * step > 0, String(i));
    }
  });

  Deno.test(`signedColor() tells signs apart by blue against yellow, ${theme}`, () => {
    for (const value of [0.3, 0.7, 1]) {
      const [above, below] = [signedColor(value, theme), signedColor(-value, theme)];
      assert(below[2] > below[0] && above[0] > above[2], String(value));
    }
  });
}

// Machado, Oliveira & Fernandes 2009, table 1, severity 1.0: what those without red or green cones see.
const BLINDNESS = {
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [
    -0.003882,
    -0.048116,
    1.051998,
  ]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [
    -0.01182,
    0.04294,
    0.968881,
  ]],
};

for (const [name, matrix] of Object.entries(BLINDNESS)) {
  Deno.test(`seriesColor() gives the first four series colours that differ with ${name}`, () => {
    for (const theme of ["light", "dark"] satisfies Theme[]) {
      const seen = [0, 1, 2, 3].map((index) => {
        const color = seriesColor(index, theme);
        const rgb = [1, 3, 5].map((at) => toLinear(parseInt(color.slice(at, at + 2), 16)));
        const light = matrix.map((row) => row.reduce((sum, part, i) => sum + part * rgb[i], 0));
        return light.map((part) => 255 * Math.max(0, part) ** (1 / 2.2));
      });
      for (let a = 0; a < seen.length; a++) {
        for (let b = 0; b < a; b++) {
          const distance = Math.hypot(...seen[a].map((part, i) => part - seen[b][i]));
          assert(distance > 40, `${theme}: ${a} and ${b} are ${distance.toFixed(0)} apart`);
        }
      }
    }
  });
}

Deno.test("colours outside of their range are those of its ends", () => {
  assertEquals(weightColor(-1), weightColor(0));
  assertEquals(weightColor(7), weightColor(1));
  assertEquals(signedColor(-7), signedColor(-1));
});
