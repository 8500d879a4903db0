import { PieceType, type SentencePiece } from "../formats/sentencepiece_model.ts";
import { bytePiece } from "../models/unigram.ts";
import { buildCharsmap } from "../normalizers/_charsmap_builder.ts";
import { nmtNfkcRules } from "../normalizers/_nmt_nfkc.ts";
import { SentencePieceNormalizer } from "../normalizers/sentencepiece_normalizer.ts";
import { SentencePieceTokenizer } from "../sentencepiece_tokenizer.ts";
import { PieceLattice } from "./_piece_lattice.ts";
import { pieceText, seedPieces, type TrainingText, trainingText } from "./_seed_pieces.ts";
import { improveScores, prune } from "./_unigram_em.ts";
import { checkShare, checkWholeNumber } from "./_trainer_checks.ts";
import { requiredCharacters, SpecialPieceCutter, WordCounter } from "./_word_counts.ts";

/** How far training has come. */
export interface TrainUnigramProgress {
  /** What is done now: reading lines, or dropping pieces down to the vocabulary's size. */
  readonly stage: "read" | "prune";
  /** Lines read so far. */
  readonly lines: number;
  /** Lines left out because they are longer than `maxSentenceLength`. */
  readonly skippedLines: number;
  /** Pieces that are left; 0 while reading. */
  readonly pieces: number;
}

/** Settings of {@linkcode trainUnigram}; the defaults are SentencePiece's. */
export interface TrainUnigramOptions {
  /** Number of pieces, special ones included; default 8000. */
  readonly vocabSize?: number;
  /** Whether a text that gives fewer pieces than `vocabSize` is an error; default true. */
  readonly hardVocabLimit?: boolean;
  /** Share of the text's characters that get a piece, 0 to 1; default 0.9995. */
  readonly characterCoverage?: number;
  /** Characters that get a piece however rare they are; default none. */
  readonly requiredChars?: string;
  /** Rules for normalising text: Unicode NFKC with a few additions, or none; default `nmt_nfkc`. */
  readonly normalization?: "nmt_nfkc" | "identity";
  /** Whether a space is put before each text; default true. */
  readonly addDummyPrefix?: boolean;
  /** Whether leading, trailing and doubled spaces are removed; default true. */
  readonly removeExtraWhitespaces?: boolean;
  /** Whether unknown characters become byte pieces, 256 of the vocabulary; default false. */
  readonly byteFallback?: boolean;
  /** More pieces of type CONTROL, after `<s>` and `</s>`; default none. */
  readonly controlSymbols?: readonly string[];
  /** Strings that are always kept whole, without spaces; default none. */
  readonly userDefinedSymbols?: readonly string[];
  /** Longest piece in characters, at most 65,535; default 16. */
  readonly maxPieceLength?: number;
  /** Longest line in UTF-8 bytes; longer ones are left out; default 4192. */
  readonly maxSentenceLength?: number;
  /** Whether a piece stays within one Unicode script; default true. */
  readonly splitByUnicodeScript?: boolean;
  /** Whether a piece stays within one word; default true. */
  readonly splitByWhitespace?: boolean;
  /** Whether digits and letters are kept apart; default true. */
  readonly splitByNumber?: boolean;
  /** Whether every digit is a piece of its own; default false. */
  readonly splitDigits?: boolean;
  /** Number of pieces that training starts from; default 1,000,000. */
  readonly seedSize?: number;
  /** Share of the pieces that one pruning step keeps, from 0 and below 1; default 0.75. */
  readonly shrinkingFactor?: number;
  /** Rounds of expectation maximisation between two pruning steps; default 2. */
  readonly numSubIterations?: number;
  /** Called now and then with what has been done. */
  readonly onProgress?: (progress: TrainUnigramProgress) => void;
  /** Stops training when it aborts. */
  readonly signal?: AbortSignal;
}

const LINES_PER_REPORT = 10_000;
/** Pruning stops this far above the vocabulary's size; the rest is cut by score. */
const SLACK = 1.1;
/** Lengths of pieces are kept in 16 bits. */
const LONGEST_PIECE = 0xffff;
const MIN_SCORE_STEP = 0.0001;

/**
 * Trains a SentencePiece unigram tokenizer (Kudo 2018). The same lines, in any order, give the same result; only the
 * distinct words are held in memory.
 *
 * @param lines The text, one sentence a line
 * @param options Size of the vocabulary and the like
 * @returns The tokenizer, ready to encode and to save
 * @throws {RangeError} If the text gives too few pieces for `vocabSize`, or needs more; the message says how many. If
 *   an option is out of its range, before a line is read
 *
 * @example
 * ```ts
 * import { trainUnigram } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const lines = ["the cat sat on the mat", "the dog sat on the cat"];
 * const tokenizer = await trainUnigram(lines, { vocabSize: 16 });
 * assertEquals(tokenizer.vocabSize, 16);
 * ```
 */
export async function trainUnigram(
  lines: Iterable<string> | AsyncIterable<string>,
  options: TrainUnigramOptions = {},
): Promise<SentencePieceTokenizer> {
  const {
    vocabSize = 8000,
    hardVocabLimit = true,
    characterCoverage = 0.9995,
    requiredChars = "",
    normalization = "nmt_nfkc",
    addDummyPrefix = true,
    removeExtraWhitespaces = true,
    byteFallback = false,
    controlSymbols = [],
    userDefinedSymbols = [],
    maxPieceLength = 16,
    maxSentenceLength = 4192,
    splitByUnicodeScript = true,
    splitByWhitespace = true,
    splitByNumber = true,
    splitDigits = false,
    seedSize = 1_000_000,
    shrinkingFactor = 0.75,
    numSubIterations = 2,
    onProgress,
    signal,
  } = options;
  checkWholeNumber("Unigram", "vocabSize", vocabSize, 1);
  checkWholeNumber("Unigram", "maxPieceLength", maxPieceLength, 1, LONGEST_PIECE);
  checkWholeNumber("Unigram", "maxSentenceLength", maxSentenceLength, 1);
  checkWholeNumber("Unigram", "seedSize", seedSize, 1);
  checkWholeNumber("Unigram", "numSubIterations", numSubIterations, 1);
  checkShare("Unigram", "characterCoverage", characterCoverage);
  checkShare("Unigram", "shrinkingFactor", shrinkingFactor);
  if (shrinkingFactor === 1) {
    throw new RangeError(
      "Cannot train Unigram with shrinkingFactor 1: pruning would keep every piece, give less than 1",
    );
  }
  const normalizerSpec = {
    name: normalization,
    precompiledCharsmap: normalization === "nmt_nfkc" ? nmtNfkcCharsmap() : new Uint8Array(),
    addDummyPrefix,
    removeExtraWhitespaces,
    escapeWhitespaces: true,
  };
  const normalizer = new SentencePieceNormalizer(normalizerSpec, { userDefinedSymbols });
  const special = specialPieces(controlSymbols, userDefinedSymbols, byteFallback);

  const cutter = new SpecialPieceCutter(special.map(({ piece }) => piece));
  const counter = new WordCounter(splitByWhitespace);
  let read = 0;
  let skippedLines = 0;
  const report = (stage: "read" | "prune", pieces: number) => {
    signal?.throwIfAborted();
    onProgress?.({ stage, lines: read, skippedLines, pieces });
  };
  for await (const line of lines) {
    if (++read % LINES_PER_REPORT === 0) report("read", 0);
    if (isLonger(line, maxSentenceLength)) {
      skippedLines++;
      continue;
    }
    counter.addLine(cutter.cut(normalizer.normalizeUnits(line)));
  }
  report("read", 0);

  const words = counter.finish();
  const required = requiredCharacters(words, {
    coverage: characterCoverage,
    always: requiredChars,
  });
  if (required.size === 0) throw new RangeError("Cannot train Unigram: the text has no characters");
  if (required.size + special.length > vocabSize) {
    throw new RangeError(
      `Cannot train Unigram with vocabSize ${vocabSize}: ${required.size} characters and ` +
        `${special.length} special pieces need at least ${required.size + special.length}`,
    );
  }
  const text = trainingText(words, required);
  const rules = { maxLength: maxPieceLength, splitByUnicodeScript, splitByNumber, splitDigits };
  const lattice = new PieceLattice(text, seedPieces(text, rules, seedSize));
  const wordTotal = words.counts.reduce((a, b) => a + b, 0);
  const target = Math.floor(vocabSize * SLACK);
  while (true) {
    for (let i = 0; i < numSubIterations; i++) {
      improveScores(lattice);
      report("prune", lattice.size);
    }
    if (lattice.size <= target) break;
    prune(lattice, Math.max(target, Math.floor(shrinkingFactor * lattice.size)), wordTotal);
    report("prune", lattice.size);
  }

  const pieces = [...special, ...finalPieces(lattice, text, required, vocabSize - special.length)];
  if (hardVocabLimit && pieces.length < vocabSize) {
    throw new RangeError(
      `Cannot train Unigram with vocabSize ${vocabSize}: the text gives only ${pieces.length} pieces; ` +
        "ask for no more, or set hardVocabLimit to false",
    );
  }
  return new SentencePieceTokenizer({
    pieces,
    trainerSpec: {
      modelType: 1,
      vocabSize: pieces.length,
      characterCoverage,
      seedSentencepieceSize: seedSize,
      shrinkingFactor,
      numSubIterations,
      maxSentenceLength,
      maxSentencepieceLength: maxPieceLength,
      splitByUnicodeScript,
      splitByWhitespace,
      splitByNumber,
      splitDigits,
      controlSymbols: [...controlSymbols],
      userDefinedSymbols: [...userDefinedSymbols],
      byteFallback,
      requiredChars,
    },
    normalizerSpec,
  });
}

let charsmap: Uint8Array | undefined;

/** Made once: it takes a second. */
function nmtNfkcCharsmap(): Uint8Array {
  return charsmap ??= buildCharsmap(nmtNfkcRules());
}

function specialPieces(
  controlSymbols: readonly string[],
  userDefinedSymbols: readonly string[],
  byteFallback: boolean,
): SentencePiece[] {
  const bytes = Array.from({ length: byteFallback ? 256 : 0 }, (_, byte) => bytePiece(byte));
  const pieces: [string, PieceType][] = [
    ["<unk>", PieceType.UNKNOWN],
    ["<s>", PieceType.CONTROL],
    ["</s>", PieceType.CONTROL],
    ...controlSymbols.map((piece): [string, PieceType] => [piece, PieceType.CONTROL]),
    ...userDefinedSymbols.map((piece): [string, PieceType] => [piece, PieceType.USER_DEFINED]),
    ...bytes.map((piece): [string, PieceType] => [piece, PieceType.BYTE]),
  ];
  for (const symbol of userDefinedSymbols) {
    if (!symbol.includes(" ")) continue;
    throw new RangeError(
      `Cannot train Unigram: the user-defined symbol ${
        JSON.stringify(symbol)
      } has a space, which pieces write as \u2581`,
    );
  }
  const seen = new Set<string>();
  for (const [piece] of pieces) {
    if (piece === "" || seen.has(piece)) {
      throw new RangeError(
        `Cannot train Unigram: the special piece ${JSON.stringify(piece)} is ${
          piece === "" ? "empty" : "given twice"
        }`,
      );
    }
    seen.add(piece);
  }
  return pieces.map(([piece, type]) => ({ piece, score: 0, type }));
}

/** All required characters, then the pieces with the best scores; best first. */
function finalPieces(
  lattice: PieceLattice,
  text: TrainingText,
  required: ReadonlyMap<string, number>,
  size: number,
): SentencePiece[] {
  const scores = new Map<string, number>();
  for (let i = 0; i < lattice.size; i++) {
    scores.set(pieceText(text, lattice.starts[i], lattice.lengths[i]), lattice.scores[i]);
  }
  const chosen = new Map<string, number>();
  let missing = lattice.minScore;
  for (const character of required.keys()) {
    const score = scores.get(character);
    chosen.set(character, score ?? missing);
    if (score === undefined) missing += MIN_SCORE_STEP;
  }
  const byScore = ([a, scoreA]: [string, number], [b, scoreB]: [string, number]) =>
    scoreB - scoreA || (a < b ? -1 : 1);
  for (const [piece, score] of [...scores].sort(byScore)) {
    if (chosen.size === size) break;
    chosen.set(piece, score);
  }
  return [...chosen].sort(byScore).map(([piece, score]) => ({
    piece,
    score: Math.fround(score),
    type: PieceType.NORMAL,
  }));
}

function isLonger(line: string, maxBytes: number): boolean {
  if (line.length * 3 <= maxBytes) return false;
  return line.length > maxBytes || new TextEncoder().encode(line).length > maxBytes;
}
