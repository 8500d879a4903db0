import { shown } from "../_shown.ts";
import type { AddedToken } from "../added_tokens.ts";
import type { Decoder } from "../decoders/decoder.ts";
import { ScoredPieces } from "../models/_scored_pieces.ts";
import { LARGEST_ID } from "../models/_vocabulary.ts";
import { Bpe } from "../models/bpe.ts";
import type { TokenizerModel } from "../models/model.ts";
import { WordLevel } from "../models/word_level.ts";
import { WordPiece } from "../models/wordpiece.ts";
import type { Normalizer } from "../normalizers/normalizer.ts";
import type { Padding } from "../padding.ts";
import type { PostProcessor } from "../post_processors/post_processor.ts";
import type { PreTokenizer } from "../pre_tokenizers/pre_tokenizer.ts";
import type { Truncation } from "../truncation.ts";
import {
  decoderOf,
  naming,
  normalizerOf,
  postProcessorOf,
  preTokenizerOf,
} from "./_json_components.ts";
import { JsonFields, kindOf } from "./_json_fields.ts";

/** A model that can be written to tokenizer.json. */
export interface StoredModel extends TokenizerModel {
  toJSON(): Record<string, unknown>;
}

/** What a tokenizer.json file holds. */
export interface Pipeline {
  normalizer: Normalizer | undefined;
  preTokenizer: PreTokenizer | undefined;
  model: StoredModel;
  postProcessor: PostProcessor | undefined;
  decoder: Decoder | undefined;
  addedTokens: readonly AddedToken[];
  truncation: Truncation | undefined;
  padding: Padding | undefined;
}

const LARGEST_FILE = 1 << 28; // characters
const LONGEST_PADDING = 1 << 20; // tokens, more than any model takes
const LONGEST_ADDED = 1000; // characters of an added token
const STRATEGIES = {
  LongestFirst: "longest_first",
  OnlyFirst: "only_first",
  OnlySecond: "only_second",
} as const;

/** Parses the text of a tokenizer.json file. */
export function parseJsonText(text: string): unknown {
  if (text.length > LARGEST_FILE) {
    throw new SyntaxError(
      `Cannot read tokenizer.json: it has ${text.length} characters, more than ${LARGEST_FILE}`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read tokenizer.json: ${(error as Error).message}`);
  }
}

/** Reads the content of a tokenizer.json file. */
export function readPipeline(json: unknown): Pipeline {
  const file = new JsonFields(json, "");
  const optional = <Part>(name: string, read: (fields: JsonFields) => Part): Part | undefined => {
    const fields = file.optionalObject(name);
    return fields === undefined ? undefined : read(fields);
  };
  const model = modelOf(file.object("model"));
  const addedTokens = file.value("added_tokens") == null
    ? []
    : addedTokensOf(file.objects("added_tokens"), model);
  return {
    normalizer: optional("normalizer", normalizerOf),
    preTokenizer: optional("pre_tokenizer", preTokenizerOf),
    model,
    postProcessor: optional("post_processor", postProcessorOf),
    decoder: optional("decoder", decoderOf),
    addedTokens,
    truncation: optional("truncation", truncationOf),
    padding: optional("padding", paddingOf),
  };
}

/** The content of a tokenizer.json file. */
export function writePipeline(pipeline: Pipeline): Record<string, unknown> {
  const { normalizer, preTokenizer, model, postProcessor, decoder } = pipeline;
  const { truncation, padding } = pipeline;
  return {
    version: "1.0",
    truncation: truncation === undefined ? null : {
      direction: truncation.direction === "left" ? "Left" : "Right",
      max_length: truncation.maxLength,
      strategy: (Object.keys(STRATEGIES) as (keyof typeof STRATEGIES)[]).find((name) =>
        STRATEGIES[name] === (truncation.strategy ?? "longest_first")
      ),
      stride: truncation.stride ?? 0,
    },
    padding: padding === undefined ? null : {
      strategy: padding.length === "longest" ? "BatchLongest" : { Fixed: padding.length },
      direction: padding.direction === "left" ? "Left" : "Right",
      pad_to_multiple_of: padding.multipleOf ?? null,
      pad_id: padding.padTokenId ?? 0,
      pad_type_id: padding.padTypeId ?? 0,
      pad_token: padding.padToken ?? "[PAD]",
    },
    added_tokens: pipeline.addedTokens.map((token) => ({
      id: token.id,
      content: token.content,
      single_word: token.singleWord ?? false,
      lstrip: token.lstrip ?? false,
      rstrip: token.rstrip ?? false,
      normalized: token.normalized ?? false,
      special: token.special ?? false,
    })),
    normalizer: normalizer?.toJSON() ?? null,
    pre_tokenizer: preTokenizer?.toJSON() ?? null,
    post_processor: postProcessor?.toJSON() ?? null,
    decoder: decoder?.toJSON() ?? null,
    model: model.toJSON(),
  };
}

function modelOf(fields: JsonFields): StoredModel {
  const type = fields.value("type") === undefined ? guessType(fields) : fields.string("type");
  const make = <Model>(build: () => Model) => naming(fields, "vocab", build);
  switch (type) {
    case "BPE": {
      const vocab = vocabOf(fields);
      const merges = mergesOf(fields);
      const dropout = fields.value("dropout");
      if (dropout != null && !(typeof dropout === "number" && dropout >= 0 && dropout <= 1)) {
        fields.fail("dropout", "is not a number from 0 to 1");
      }
      return naming(fields, "merges", () =>
        new Bpe(vocab, merges, {
          dropout: dropout == null ? undefined : dropout as number,
          unkToken: fields.optionalString("unk_token"),
          fuseUnk: fields.boolean("fuse_unk", false),
          byteFallback: fields.boolean("byte_fallback", false),
          continuingSubwordPrefix: fields.affix("continuing_subword_prefix"),
          endOfWordSuffix: fields.affix("end_of_word_suffix"),
          ignoreMerges: fields.boolean("ignore_merges", false),
        }));
    }
    case "WordPiece": {
      const vocab = vocabOf(fields);
      return make(() =>
        new WordPiece(vocab, {
          unkToken: fields.string("unk_token", "[UNK]"),
          continuingSubwordPrefix: fields.affix("continuing_subword_prefix", "##"),
          maxInputCharsPerWord: fields.count("max_input_chars_per_word", 100),
        })
      );
    }
    case "WordLevel": {
      const vocab = vocabOf(fields);
      return make(() => new WordLevel(vocab, { unkToken: fields.string("unk_token", "<unk>") }));
    }
    case "Unigram": {
      const pieces = fields.list("vocab");
      for (const [i, piece] of pieces.entries()) {
        if (
          !Array.isArray(piece) || typeof piece[0] !== "string" || typeof piece[1] !== "number"
        ) fields.fail(`vocab[${i}]`, "is not a piece and its score");
      }
      return make(() =>
        new ScoredPieces(pieces as [string, number][], {
          unkId: fields.value("unk_id") == null ? undefined : fields.count("unk_id"),
          byteFallback: fields.boolean("byte_fallback", false),
        })
      );
    }
  }
  return fields.fail("type", `${shown(type)} is not a known model`);
}

/** Old files do not say what their model is. */
function guessType(fields: JsonFields): string {
  if (fields.value("merges") !== undefined) return "BPE";
  if (Array.isArray(fields.value("vocab"))) return "Unigram";
  return fields.value("max_input_chars_per_word") === undefined ? "WordLevel" : "WordPiece";
}

function vocabOf(fields: JsonFields): [string, number][] {
  const vocab = fields.object("vocab").entries();
  for (const [token, id] of vocab) {
    if (typeof id !== "number") {
      fields.fail("vocab", `gives ${shown(token)} ${kindOf(id)}, not an id`);
    }
  }
  return vocab as [string, number][];
}

function mergesOf(fields: JsonFields): [string, string][] {
  return fields.list("merges").map((merge, i) => {
    const pair = typeof merge === "string" ? merge.split(" ") : merge;
    if (
      !Array.isArray(pair) || pair.length !== 2 || pair.some((part) => typeof part !== "string")
    ) {
      fields.fail(`merges[${i}]`, `${shown(merge)} is not a pair of tokens`);
    }
    return pair as [string, string];
  });
}

function addedTokensOf(list: readonly JsonFields[], model: TokenizerModel): AddedToken[] {
  const byId = new Map<number, string>();
  const contents = new Set<string>();
  return list.map((fields) => {
    const id = fields.count("id", undefined, LARGEST_ID);
    const content = fields.string("content");
    if (content.length > LONGEST_ADDED) {
      fields.fail("content", `has ${content.length} characters, more than ${LONGEST_ADDED}`);
    }
    const other = byId.get(id) ?? model.idToToken(id);
    if (other !== undefined && other !== content) {
      fields.fail(
        "id",
        `${id} of ${shown(content)} is the id of ${shown(other)}`,
      );
    }
    if (contents.has(content)) fields.fail("content", `${shown(content)} is there twice`);
    byId.set(id, content);
    contents.add(content);
    return {
      id,
      content,
      singleWord: fields.boolean("single_word", false),
      lstrip: fields.boolean("lstrip", false),
      rstrip: fields.boolean("rstrip", false),
      normalized: fields.boolean("normalized", true),
      special: fields.boolean("special", false),
    };
  });
}

function truncationOf(fields: JsonFields): Truncation {
  const strategy = fields.oneOf(
    "strategy",
    Object.keys(STRATEGIES) as (keyof typeof STRATEGIES)[],
    "LongestFirst",
  );
  return {
    maxLength: fields.count("max_length"),
    strategy: STRATEGIES[strategy],
    stride: fields.count("stride", 0),
    direction: fields.oneOf("direction", ["Left", "Right"], "Right") === "Left" ? "left" : "right",
  };
}

function paddingOf(fields: JsonFields): Padding {
  return {
    length: fields.value("strategy") === "BatchLongest"
      ? "longest"
      : fields.object("strategy").count("Fixed", undefined, LONGEST_PADDING),
    multipleOf: fields.value("pad_to_multiple_of") == null
      ? undefined
      : fields.count("pad_to_multiple_of", undefined, LONGEST_PADDING),
    direction: fields.oneOf("direction", ["Left", "Right"], "Right") === "Left" ? "left" : "right",
    padTokenId: fields.count("pad_id", 0, LARGEST_ID),
    padToken: fields.string("pad_token", "[PAD]"),
    padTypeId: fields.count("pad_type_id", 0),
  };
}
