import type { GenerateOptions, LogitsProcessor } from "@heed/search";
import type { Shortlist } from "./shortlist.ts";

/** Target ids of each sentence, or undefined where the shortlist does not serve. */
export function selectIds(
  shortlist: Shortlist,
  inputIds: readonly (readonly number[])[],
  { logitsProcessors = [], forcedPrefixIds, requiredTokenIds, forcedBosTokenId }: GenerateOptions,
): Int32Array[] | undefined {
  // A caller's processor may ask for any token.
  if (logitsProcessors.length > 0) return undefined;
  return inputIds.map((ids, sentence) => {
    const selected = shortlist.select(ids);
    const forced = [...forcedPrefixIds?.[sentence] ?? [], ...requiredTokenIds?.[sentence] ?? []];
    if (forcedBosTokenId !== undefined) forced.push(forcedBosTokenId);
    return forced.length === 0
      ? selected
      : Int32Array.from(new Set([...selected, ...forced])).sort();
  });
}

/**
 * Limits a search that sees all logits to some ids, as if there were no others: their probabilities sum to 1.
 *
 * @param selected Target ids of each sentence, ascending.
 */
export function limitChoice(selected: readonly Int32Array[]): LogitsProcessor {
  let kept = new Float32Array(0);
  return (scores, { sentence }) => {
    const ids = selected[sentence];
    if (kept.length < ids.length) kept = new Float32Array(ids.length);
    let most = -Infinity;
    for (let i = 0; i < ids.length; i++) most = Math.max(most, kept[i] = scores[ids[i]]);
    let sum = 0;
    for (let i = 0; i < ids.length; i++) sum += Math.exp(kept[i] - most);
    const shift = most === -Infinity ? 0 : most + Math.log(sum);
    scores.fill(-Infinity);
    for (let i = 0; i < ids.length; i++) scores[ids[i]] = kept[i] - shift;
  };
}
