import type { Translation } from "@heed/translation";
import { markDoubtful } from "./doubtful_words.ts";

/** Translations of one line as text, one a line, doubtful words marked; the last ends as the line did. */
export function toText(ranked: readonly Translation[], ending: string): string {
  return ranked.map(markDoubtful).join(ending || "\n") + ending;
}

/** Translations of one line as JSON, one object a line; `rank` counts from 1 where there are several. */
export function toJson(ranked: readonly Translation[]): string {
  return ranked.map((translation, i) => {
    const record = ranked.length > 1 ? { ...translation, rank: i + 1 } : translation;
    return JSON.stringify(record, rounded) + "\n";
  }).join("");
}

/** Attention and probabilities are computed in single precision: more digits would say nothing. */
function rounded(key: string, value: unknown): unknown {
  if (key === "confidence" || key === "probability") return Number((value as number).toFixed(6));
  if (key !== "attention" || !Array.isArray(value)) return value;
  return value.map((row: number[]) => row.map((weight) => Number(weight.toFixed(6))));
}
