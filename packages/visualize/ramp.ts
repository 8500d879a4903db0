/** Red, green and blue, each from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Light or dark surroundings of a picture. */
export type Theme = "light" | "dark";

/** A place in OKLab with the red-green axis left out: lightness and blue (-) to yellow (+). */
type Stop = readonly [lightness: number, blueYellow: number];

/**
 * Colours differ in lightness and between blue and yellow alone, never between red and green, which
 * the common kinds of colour blindness confuse. Lightness changes evenly, so that equal steps of a
 * weight look equal.
 */
const SEQUENTIAL: Readonly<Record<Theme, readonly Stop[]>> = {
  light: [[0.985, 0], [0.81, -0.06], [0.63, -0.115], [0.44, -0.15], [0.25, -0.11]],
  dark: [[0.25, -0.02], [0.43, -0.11], [0.62, -0.12], [0.8, -0.075], [0.98, 0]],
};

/** Below 0 blue, above 0 yellow to brown, 0 as the background. */
const DIVERGING: Readonly<Record<Theme, readonly Stop[]>> = {
  light: [[0.36, -0.14], [0.66, -0.095], [0.985, 0], [0.72, 0.13], [0.42, 0.085]],
  dark: [[0.8, -0.075], [0.52, -0.13], [0.24, 0], [0.55, 0.11], [0.9, 0.17]],
};

/**
 * Colour of a weight.
 *
 * @param value Weight from 0 to 1; what is outside is moved to the nearest end.
 * @param theme Surroundings: 0 is close to their background.
 * @returns The colour.
 *
 * @example
 * ```ts
 * import { weightColor } from "@heed/visualize";
 * import { assert } from "@std/assert";
 *
 * assert(weightColor(0, "light")[1] > weightColor(1, "light")[1]);
 * ```
 */
export function weightColor(value: number, theme: Theme = "light"): Rgb {
  return colorAt(SEQUENTIAL[theme], Math.min(1, Math.max(0, value)));
}

/** Colour of a value from -1 to 1; 0 is close to the background. */
export function signedColor(value: number, theme: Theme = "light"): Rgb {
  return colorAt(DIVERGING[theme], (Math.min(1, Math.max(-1, value)) + 1) / 2);
}

/** Writes a colour as `#rrggbb`. */
export function hex(color: Rgb): string {
  return `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function colorAt(stops: readonly Stop[], place: number): Rgb {
  const scaled = place * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(scaled));
  const [from, to] = [stops[index], stops[index + 1]];
  const share = scaled - index;
  return fromOklab(from[0] + share * (to[0] - from[0]), 0, from[1] + share * (to[1] - from[1]));
}

/** OKLab (Ottosson 2020) to sRGB; what lies outside of sRGB is clipped. */
export function fromOklab(lightness: number, a: number, b: number): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encode(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** Linear light to 8 bits of sRGB (IEC 61966-2-1). */
function encode(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  const curved = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
  return Math.round(255 * curved);
}

/** Colours of the page and of text around the ramp. */
export const SURFACE: Readonly<
  Record<Theme, { background: string; text: string; faint: string; accent: string }>
> = {
  light: { background: "#ffffff", text: "#1b1f24", faint: "#8a919b", accent: "#c2410c" },
  dark: { background: "#16181d", text: "#e6e8eb", faint: "#7d8590", accent: "#ff9d5c" },
};
