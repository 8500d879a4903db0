import { findProtectedSpans } from "@heed/translation";
import { type Draws, drawsOf } from "./draw.ts";
import type { Pair } from "./pair.ts";

/** What a translator is given now and then, and training text hardly holds. */
export type Noise = "capitals" | "lowerCase" | "noFullStop";

/** Share of the pairs for each kind of noise; a pair gets one at most. */
export type NoiseShares = Readonly<Record<Noise, number>>;

/**
 * Adds a little noise to a pair: both sides in capitals, a source without capitals (all of it, or its first letter), or
 * both sides without the full stop at the end. What is protected keeps its case: `%s` in capitals is no placeholder.
 *
 * @param pair The pair.
 * @param shares How often.
 * @param options Codes of the languages, which decide how capitals are made; what is drawn for
 * the pair as it was before its slots.
 * @returns The pair, and the noise that it got, if any.
 */
export function addNoise(
  pair: Pair,
  shares: NoiseShares,
  options: { sourceLanguage: string; targetLanguage: string; drawn?: Draws },
): Pair & { noise?: Noise } {
  const { source, target } = pair;
  const { drawn = drawsOf(pair) } = options;
  const [from, to] = [options.sourceLanguage, options.targetLanguage].map((code) =>
    code.slice(0, 2)
  );
  let rest = drawn("noise");
  const noise = (["capitals", "lowerCase", "noFullStop"] as const).find((kind) => {
    rest -= shares[kind];
    return rest < 0;
  });
  const changed = { ...pair };
  if (noise === "capitals") {
    changed.source = outsideSpans(source, (text) => text.toLocaleUpperCase(from));
    changed.target = outsideSpans(target, (text) => text.toLocaleUpperCase(to));
  } else if (noise === "lowerCase") {
    const lower = (text: string) => text.toLocaleLowerCase(from);
    const first = /^\p{Lu}(?=[\p{Ll}\s])/u;
    changed.source = drawn("first letter") < 0.5
      ? source.replace(first, lower)
      : outsideSpans(source, lower);
  } else if (noise === "noFullStop") {
    const fullStop = /(?<![.!?])[.!]$/u;
    if (fullStop.test(source) && fullStop.test(target)) {
      changed.source = source.slice(0, -1);
      changed.target = target.slice(0, -1);
    }
  }
  const isChanged = changed.source !== source || changed.target !== target;
  return isChanged && changed.source !== "" && changed.target !== "" ? { ...changed, noise } : pair;
}

function outsideSpans(text: string, change: (text: string) => string): string {
  const spans = findProtectedSpans(text);
  let done = "", from = 0;
  for (const { start, end, text: span } of spans) {
    done += change(text.slice(from, start)) + span;
    from = end;
  }
  return done + change(text.slice(from));
}
