import {
  BERT_TOKENS,
  bertPipeline,
  byteLevelPipeline,
  END_OF_TEXT,
  WORD_TOKENS,
  wordPipeline,
} from "./tokenizer_pipelines.ts";

/** Kinds of vocabularies. */
export const trainerTypes = ["unigram", "bpe", "wordpiece", "word"] as const;
/** One of them. */
export type TrainerType = typeof trainerTypes[number];

/** How a vocabulary is trained. */
export interface TrainingOptions {
  readonly vocabSize: number;
  /** Whether BERT's pipeline lower-cases. */
  readonly lowercase: boolean;
  /** Ending of the file that is made, which decides on its format. */
  readonly ending: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { stage: string; lines: number; tokens: number }) => void;
}

/** A trainer of the command line. */
export interface Trainer {
  /** Endings of the files that it can make. */
  readonly endings: readonly string[];
  /** Trains, and gives the content of the file. */
  run(lines: AsyncIterable<string>, options: TrainingOptions): Promise<Uint8Array>;
}

/** The trainers, each with the pipeline that its vocabulary belongs into. */
export const trainers: Readonly<Record<TrainerType, Trainer>> = {
  unigram: {
    endings: [".spm", ".model"],
    async run(lines, { vocabSize, signal, onProgress }) {
      const { trainUnigram } = await import("@heed/tokenizer");
      const tokenizer = await trainUnigram(lines, {
        vocabSize,
        signal,
        onProgress: ({ stage, lines, pieces }) => onProgress({ stage, lines, tokens: pieces }),
      });
      return tokenizer.save();
    },
  },
  bpe: {
    endings: [".json"],
    async run(lines, options) {
      const { trainBpe } = await import("@heed/tokenizer");
      const trained = await trainBpe(lines, {
        ...options,
        preTokenize: await wordsOf(byteLevelPipeline({ vocab: new Map(), merges: [] })),
        specialTokens: [END_OF_TEXT],
        initialAlphabet: byteAlphabet(),
      });
      return await tokenizerJson(byteLevelPipeline(trained));
    },
  },
  wordpiece: {
    endings: [".json", ".txt"],
    async run(lines, options) {
      const { serializeVocabTxt, trainWordPiece } = await import("@heed/tokenizer");
      const { lowercase, ending } = options;
      const { vocab } = await trainWordPiece(lines, {
        ...options,
        preTokenize: await wordsOf(bertPipeline(new Map(), { lowercase })),
        specialTokens: BERT_TOKENS,
      });
      if (ending === ".json") return await tokenizerJson(bertPipeline(vocab, { lowercase }));
      return new TextEncoder().encode(serializeVocabTxt(vocab));
    },
  },
  word: {
    endings: [".json"],
    async run(lines, options) {
      const { trainWordLevel } = await import("@heed/tokenizer");
      const { vocab } = await trainWordLevel(lines, {
        ...options,
        preTokenize: await wordsOf(wordPipeline(new Map())),
        specialTokens: WORD_TOKENS,
      });
      return await tokenizerJson(wordPipeline(vocab));
    },
  },
};

/** The words that a pipeline hands to its model: one without pieces gives each word back as one token. */
async function wordsOf(pipeline: object): Promise<(line: string) => string[]> {
  const { PipelineTokenizer } = await import("@heed/tokenizer");
  const tokenizer = PipelineTokenizer.fromJson({
    ...pipeline,
    added_tokens: [],
    post_processor: null,
    model: { type: "Unigram", unk_id: 0, vocab: [["<unk>", 0]], byte_fallback: false },
  });
  return (line) => tokenizer.encode(line).tokens;
}

/** Reads what will be written once, so that no file is left that cannot be loaded. */
async function tokenizerJson(pipeline: object): Promise<Uint8Array> {
  const { PipelineTokenizer } = await import("@heed/tokenizer");
  const json = PipelineTokenizer.fromJson(pipeline).toJson();
  return new TextEncoder().encode(JSON.stringify(json, null, 2) + "\n");
}

/** The 256 characters that byte-level BPE writes bytes with: itself where it is visible, else one from U+0100 on. */
function byteAlphabet(): string[] {
  const isVisible = (byte: number) =>
    (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  let next = 0x100;
  return Array.from(
    { length: 256 },
    (_, byte) => String.fromCharCode(isVisible(byte) ? byte : next++),
  );
}
