/** What is raced: the models, and the sentences for each. */
import { MarianTokenizer } from "@heed/tokenizer";
import type { Sentence, Workload } from "./protocol.ts";

/** A model with its sentences. */
export interface Race {
  readonly name: string;
  readonly title: string;
  /** Model directory; without it one of random weights is made, of the shape that the name says. */
  readonly directory?: string;
  readonly workload: Workload;
  /** Whether float32 is raced too. */
  readonly plain: boolean;
  /** Generated ids as a text, to compare with those that give texts. */
  decode(ids: readonly number[]): string;
  /** Tokens of a generated text. */
  count(text: string): number;
}

const MODEL = new URL("../../../packages/model-en-de/model/", import.meta.url).pathname;
const TESTDATA = new URL("../../../testdata/", import.meta.url).pathname;
const SENTENCES = 64, RANDOM_SENTENCES = 32, RANDOM_WORDS = 24;

/** The races, in the order of the report. */
export async function allRaces(sentencesPath: string | undefined): Promise<Race[]> {
  return [
    await shippedRace(await readSentences(sentencesPath)),
    randomRace(
      "tiny",
      "Random weights, tiny: d 256, feed-forward 1536, 6 + 2 layers, 32,000 tokens",
    ),
    randomRace(
      "base",
      "Random weights, base: d 512, feed-forward 2048, 6 + 6 layers, 32,000 tokens",
    ),
    encoderRace(),
  ];
}

async function readSentences(path: string | undefined): Promise<string[]> {
  const paths = path === undefined
    ? ["translation/sentences.txt", "training/game-dev.tsv", "training/game-train.tsv"]
      .map((name) => TESTDATA + name)
    : [path];
  const texts = await Promise.all(paths.map((each) => Deno.readTextFile(each)));
  const lines = texts.flatMap((text) => text.trim().split("\n"));
  return lines.map((line) => line.split("\t")[0]).slice(0, SENTENCES);
}

async function shippedRace(texts: readonly string[]): Promise<Race> {
  const json = async (name: string) => JSON.parse(await Deno.readTextFile(MODEL + name));
  const config = await json("config.json");
  const tokenizer = MarianTokenizer.load({
    sourceSpm: await Deno.readFile(MODEL + "source.spm"),
    targetSpm: await Deno.readFile(MODEL + "target.spm"),
    vocab: await Deno.readTextFile(MODEL + "vocab.json"),
    config: await json("tokenizer_config.json"),
  });
  const sentences = texts
    .map((text) => ({ text, ids: tokenizer.encode(text).ids, words: text.split(/\s+/).length }))
    .sort((a, b) => b.ids.length - a.ids.length);
  return {
    name: "shipped",
    title: `The shipped model: d ${config.d_model}, feed-forward ${config.encoder_ffn_dim}, ` +
      `${config.encoder_layers} + ${config.decoder_layers} layers, ` +
      `${config.vocab_size.toLocaleString("en")} tokens`,
    directory: MODEL.replace(/\/$/, ""),
    workload: {
      kind: "translate",
      sentences,
      maxNewTokens: 120,
      startTokenId: config.decoder_start_token_id,
      eosTokenId: config.eos_token_id,
      padTokenId: config.pad_token_id,
    },
    plain: true,
    decode: (ids) => tokenizer.decode(ids),
    count: (text) => tokenizer.encodeTarget(text).ids.length - 1,
  };
}

/** As many tokens out as in, so that every program makes as many. */
function randomRace(name: string, title: string): Race {
  const vocabulary = 32_000, pad = vocabulary - 1, eos = 0;
  return {
    name,
    title,
    workload: {
      kind: "translate",
      sentences: randomSentences(vocabulary, (ids) => [...ids, eos]),
      newTokens: RANDOM_WORDS + 1,
      maxNewTokens: RANDOM_WORDS + 1,
      startTokenId: pad,
      eosTokenId: eos,
      padTokenId: pad,
    },
    plain: false,
    decode: asWords,
    count: (text) => text.split(" ").length,
  };
}

function encoderRace(): Race {
  const cls = 101, sep = 102;
  return {
    name: "minilm-l6",
    title: "Random weights, MiniLM-L6: an encoder, d 384, feed-forward 1536, 12 heads, 6 layers",
    workload: {
      kind: "encode",
      sentences: randomSentences(30_000, (ids) => [cls, ...ids, sep]),
      maxNewTokens: 0,
      startTokenId: 0,
      eosTokenId: 0,
      padTokenId: 0,
    },
    plain: true,
    decode: String,
    count: () => 0,
  };
}

/** The same ids on every machine; a word of a text is one token. */
function randomSentences(
  vocabulary: number,
  withEnds: (ids: number[]) => number[],
): Sentence[] {
  let state = 7;
  const next = () => state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return Array.from({ length: RANDOM_SENTENCES }, () => {
    const ids = Array.from(
      { length: RANDOM_WORDS },
      () => 200 + (next() >> 8) % (vocabulary - 300),
    );
    return { ids: withEnds(ids), text: asWords(ids), words: RANDOM_WORDS };
  });
}

function asWords(ids: readonly number[]): string {
  return ids.map((id) => `w${id}`).join(" ");
}
