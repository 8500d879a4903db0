import { toByteAlphabet } from "./_byte_alphabet.ts";
import type { PreparedPipeline } from "./_prepared_pipeline.ts";
import { WordCache } from "./_word_cache.ts";
import { alignedText } from "./normalizers/aligned_text.ts";
import { Metaspace } from "./pre_tokenizers/metaspace.ts";

const ORIGIN_SAMPLE = 64;

/** The fast way from text to ids: nothing is aligned, and words are remembered. */
export class IdEncoder {
  #pipeline: PreparedPipeline;
  #words = new WordCache();
  #needsOrigin: boolean;

  constructor(pipeline: PreparedPipeline) {
    this.#pipeline = pipeline;
    this.#needsOrigin = pipeline.leadingSteps.some((step) =>
      step instanceof Metaspace && step.needsOrigin
    );
  }

  /** The ids of a text without the tokens that post-processing adds. */
  encode(text: string): number[] {
    const { rawFinder } = this.#pipeline;
    const ids: number[] = [];
    if (rawFinder === undefined) {
      if (text !== "") this.#addSegment(ids, text, true);
      return ids;
    }
    for (const { id, start, end } of rawFinder.split(text)) {
      if (id >= 0) ids.push(id);
      else this.#addSegment(ids, text.slice(start, end), start === 0);
    }
    return ids;
  }

  #addSegment(ids: number[], segment: string, isFirst: boolean): void {
    const { normalizer, normalizedFinder } = this.#pipeline;
    let text = segment;
    if (normalizer !== undefined) {
      text = normalizer.normalize(segment);
      // Only what begins with the original's first character begins the text.
      if (isFirst && this.#needsOrigin) {
        const sample = segment.slice(0, ORIGIN_SAMPLE).toWellFormed();
        const aligned = text.startsWith(sample[0]) ? undefined : normalizer.align(
          alignedText(sample, 0),
        );
        isFirst = aligned === undefined || aligned.starts[0] === 0;
      }
    }
    if (normalizedFinder === undefined) {
      if (text !== "") this.#addWords(ids, text, isFirst);
      return;
    }
    for (const { id, start, end } of normalizedFinder.split(text)) {
      if (id >= 0) ids.push(id);
      else this.#addWords(ids, text.slice(start, end), isFirst && start === 0);
    }
  }

  #addWords(ids: number[], text: string, isFirst: boolean): void {
    const { model, leadingSteps, byteLevel } = this.#pipeline;
    let words: string[] = [text];
    for (const step of leadingSteps) {
      const [before] = words;
      words = step.split(words, isFirst);
      isFirst &&= words.length > 0 && (words[0][0] === before[0] || !before.endsWith(words[0]));
    }
    if (byteLevel !== undefined) words = byteLevel.splitPlain(words);
    const cache = this.#words;
    for (const word of words) {
      let pieces = cache.get(word);
      if (pieces === undefined) {
        pieces = model.tokenize(byteLevel === undefined ? word : toByteAlphabet(word));
        cache.set(word, pieces);
      }
      const pieceIds = pieces.ids;
      if (pieceIds.length === 1) ids.push(pieceIds[0]);
      else for (let i = 0; i < pieceIds.length; i++) ids.push(pieceIds[i]);
    }
  }
}
