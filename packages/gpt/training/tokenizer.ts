import { files, joinPath } from "@heed/checkpoint";
import { loadTokenizer } from "@heed/model";
import { PipelineTokenizer, type Tokenizer, trainTokenizer } from "@heed/tokenizer";
import { indexDocuments, openBlocks } from "@heed/training";
import type { GptTrainingConfig } from "./config.ts";

/** A tokenizer, its file, and the token that parts texts. */
export interface TextTokenizer {
  /** The tokenizer. */
  readonly tokenizer: Tokenizer;
  /** Ends a text. */
  readonly eosTokenId: number;
  /** `tokenizer.json`, to be saved with the model. */
  readonly json: Uint8Array;
}

const END = "<|endoftext|>";

/** Loads the tokenizer of a run, or trains it on the data; a trained one is kept in `output/tokenizer`. */
export async function prepareTokenizer(
  config: GptTrainingConfig,
  { resume, signal }: { resume?: boolean; signal?: AbortSignal },
): Promise<TextTokenizer> {
  const { tokenizer: wanted, initialCheckpoint, data } = config;
  const own = joinPath(config.output, "tokenizer");
  if (initialCheckpoint !== undefined) return await load(initialCheckpoint);
  if (wanted && "path" in wanted) return await load(wanted.path);
  if (resume && await files.exists(own)) return await load(String(own));
  const json = await trainTokenizer(linesOf(config, signal), {
    ...wanted!,
    ending: ".json",
    signal,
  });
  await files.makeDirectory(own);
  await files.writeAtomic(joinPath(own, "tokenizer.json"), json);
  return withEnd(PipelineTokenizer.parse(new TextDecoder().decode(json)), {
    json,
    path: data.train[0],
  });
}

async function* linesOf(
  { data, tokenizer }: GptTrainingConfig,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  const most = tokenizer && "maxLines" in tokenizer ? tokenizer.maxLines : Infinity;
  const { separator, maxLines = Infinity } = data;
  const text = await indexDocuments(data.train, {
    separator,
    maxLines: Math.min(most, maxLines),
  });
  const blocks = openBlocks(text);
  try {
    for (let block = 0; block < text.blocks.length; block++) {
      signal?.throwIfAborted();
      for (const record of await blocks.read(block)) {
        if (record.problem === undefined) yield record.text;
      }
    }
  } finally {
    await blocks.close();
  }
}

async function load(path: string): Promise<TextTokenizer> {
  const { tokenizer } = await loadTokenizer(path);
  const json = await files.readBytes(joinPath(path, "tokenizer.json"));
  return withEnd(tokenizer, { json, path });
}

function withEnd(
  tokenizer: Tokenizer,
  { json, path }: { json: Uint8Array; path: string },
): TextTokenizer {
  const eosTokenId = tokenizer.tokenToId(END);
  if (eosTokenId === undefined) {
    throw new RangeError(`Cannot use the tokenizer of ${path}: it has no token ${END}`);
  }
  return { tokenizer, eosTokenId, json };
}
