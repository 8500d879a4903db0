import { emptyPart, type EncodingPart } from "./_encoding_part.ts";
import type { PreparedPipeline } from "./_prepared_pipeline.ts";
import { WordCache } from "./_word_cache.ts";
import { ScoredPieces } from "./models/_scored_pieces.ts";
import type { WordPieces } from "./models/model.ts";
import { alignedText, sliceAligned } from "./normalizers/aligned_text.ts";
import { type AlignedWord, alignedWord } from "./pre_tokenizers/pre_tokenizer.ts";

/** The whole way from text to tokens: every field, with offsets in the text as it was given. */
export class PartEncoder {
  #pipeline: PreparedPipeline;
  #words = new WordCache();

  constructor(pipeline: PreparedPipeline) {
    this.#pipeline = pipeline;
  }

  /** A text with all fields, without the tokens that post-processing adds. */
  encode(text: string, typeId: number): EncodingPart {
    const part = emptyPart(text);
    const { normalizer, rawFinder, normalizedFinder, leadingSteps, byteLevel } = this.#pipeline;
    const whole = [{ id: -1, start: 0, end: text.length }];
    let word = 0;
    const addToken = (id: number, token: string, offsets: [number, number]) => {
      part.ids.push(id);
      part.tokens.push(token);
      part.offsets.push(offsets);
      part.wordIds.push(word);
      part.typeIds.push(typeId);
      part.attentionMask.push(1);
      part.specialTokensMask.push(0);
    };
    if (text === "") return part;
    for (const { id, start, end } of rawFinder?.split(text) ?? whole) {
      if (id >= 0) {
        addToken(id, text.slice(start, end), [start, end]);
        word++;
        continue;
      }
      let source = alignedText(text.slice(start, end), start);
      if (normalizer !== undefined) source = normalizer.align(source);
      const segment = source.text;
      if (segment === "") continue;
      const subparts = normalizedFinder?.split(segment) ??
        [{ id: -1, start: 0, end: segment.length }];
      for (const subpart of subparts) {
        const slice = sliceAligned(source, subpart.start, subpart.end);
        if (subpart.id >= 0) {
          addToken(subpart.id, slice.text, [slice.starts[0], slice.ends[slice.ends.length - 1]]);
          word++;
          continue;
        }
        let words: AlignedWord[] = [alignedWord(slice)];
        for (const step of leadingSteps) words = step.splitAligned(words);
        if (byteLevel !== undefined) words = byteLevel.splitAligned(words);
        for (const one of words) {
          this.#addAligned(one, addToken);
          word++;
        }
      }
    }
    return part;
  }

  #addAligned(
    word: AlignedWord,
    addToken: (id: number, token: string, offsets: [number, number]) => void,
  ): void {
    const { model } = this.#pipeline;
    const pieces = this.#piecesOf(word.text);
    const { starts, ends } = word.source;
    for (let i = 0; i < pieces.ids.length; i++) {
      const id = pieces.ids[i];
      const [start, end] = [word.at + pieces.starts[i], word.at + pieces.ends[i]];
      // An unknown piece of a unigram model is called by its text.
      const token = model instanceof ScoredPieces && id === model.unkId
        ? word.text.slice(pieces.starts[i], pieces.ends[i])
        : model.idToToken(id)!;
      addToken(id, token, [starts[start], ends[end - 1]]);
    }
  }

  #piecesOf(word: string): WordPieces {
    const { model, isRandom } = this.#pipeline;
    if (isRandom) return model.tokenize(word);
    let pieces = this.#words.get(word);
    if (pieces === undefined) this.#words.set(word, pieces = model.tokenize(word));
    return pieces;
  }
}
