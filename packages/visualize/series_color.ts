import { fromOklab, hex, type Theme } from "./ramp.ts";

/** Hues in degrees of OKLCH with lightness: far apart also for those who confuse red and green. */
const HUES: readonly (readonly [hue: number, lightness: number])[] = [
  [255, 0.5],
  [60, 0.66],
  [345, 0.5],
  [165, 0.62],
  [95, 0.76],
  [305, 0.6],
  [220, 0.72],
  [25, 0.55],
];

/**
 * Colour of a head or of a series, the same for the same index everywhere.
 *
 * @param index Index from 0; after eight, colours come again with another lightness.
 * @param theme Surroundings that the colour has to stand out from.
 * @returns The colour as `#rrggbb`.
 *
 * @example
 * ```ts
 * import { seriesColor } from "@heed/visualize";
 * import { assertNotEquals } from "@std/assert";
 *
 * assertNotEquals(seriesColor(0), seriesColor(1));
 * ```
 */
export function seriesColor(index: number, theme: Theme = "light"): string {
  const [hue, lightness] = HUES[index % HUES.length];
  const round = Math.floor(index / HUES.length) % 2;
  const own = (theme === "light" ? lightness : 0.62 + lightness * 0.28) - round * 0.13;
  const angle = hue / 180 * Math.PI;
  return hex(fromOklab(own, 0.14 * Math.cos(angle), 0.14 * Math.sin(angle)));
}
