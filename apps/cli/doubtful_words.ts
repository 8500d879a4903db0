import type { Translation } from "@heed/translation";

/** Words that are right less often than one time in four are doubtful. */
const DOUBT = 0.25;

/** The translation, in which `[word?]` stands for a doubtful word. */
export function markDoubtful({ translation, words = [] }: Translation): string {
  let marked = "";
  let place = 0;
  for (const { start, end, confidence = 1 } of words) {
    if (confidence >= DOUBT) continue;
    marked += `${translation.slice(place, start)}[${translation.slice(start, end)}?]`;
    place = end;
  }
  return marked + translation.slice(place);
}
