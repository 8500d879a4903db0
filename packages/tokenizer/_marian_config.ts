import { shown } from "./_shown.ts";

/** What a MarianTokenizer reads from `tokenizer_config.json`. */
export interface MarianTokenizerConfig {
  readonly unkToken: string;
  readonly eosToken: string;
  readonly padToken: string;
  /** All special tokens, in the order in which missing ones get ids after the vocabulary's. */
  readonly specialTokens: readonly string[];
  readonly separateVocabs: boolean;
}

const SPECIAL_TOKEN_KEYS = [
  "bos_token",
  "eos_token",
  "unk_token",
  "sep_token",
  "pad_token",
  "cls_token",
  "mask_token",
];
const LONGEST_KEY = 80; // characters of it that an error has
const DEFAULTS: Record<string, string> = {
  eos_token: "</s>",
  unk_token: "<unk>",
  pad_token: "<pad>",
};

/** Reads `tokenizer_config.json`; absent keys have Hugging Face's defaults. */
export function parseMarianTokenizerConfig(config: unknown): MarianTokenizerConfig {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new SyntaxError("Cannot read tokenizer_config.json: it must be an object");
  }
  const json = config as Record<string, unknown>;
  const tokens: Record<string, string | undefined> = {};
  for (const key of SPECIAL_TOKEN_KEYS) {
    tokens[key] = json[key] === undefined || json[key] === null
      ? DEFAULTS[key]
      : tokenContent(json[key], key);
  }
  const specialTokens = Object.values(tokens).filter((token) => token !== undefined);
  for (const key of ["extra_special_tokens", "additional_special_tokens"]) {
    const extra = json[key] ?? [];
    if (typeof extra !== "object") throw wrongField(key, extra, "a list of tokens");
    for (const [name, token] of Object.entries(extra as object)) {
      specialTokens.push(tokenContent(token, `${key}.${name}`));
    }
  }
  const added = json.added_tokens_decoder ?? {};
  if (typeof added !== "object") throw wrongField("added_tokens_decoder", added, "an object");
  for (const [id, token] of Object.entries(added as object)) {
    const content = tokenContent(token, `added_tokens_decoder.${id}`);
    for (const flag of ["lstrip", "rstrip", "single_word"]) {
      if (token[flag] !== true) continue;
      throw wrongField(`added_tokens_decoder.${id}.${flag}`, true, "false, the only way supported");
    }
    if (token.special === true) specialTokens.push(content);
  }
  const separate = json.separate_vocabs ?? false;
  if (typeof separate !== "boolean") throw wrongField("separate_vocabs", separate, "true or false");
  return {
    unkToken: tokens.unk_token!,
    eosToken: tokens.eos_token!,
    padToken: tokens.pad_token!,
    specialTokens: [...new Set(specialTokens)].filter((token) => token !== ""),
    separateVocabs: separate,
  };
}

/** Reads a `vocab.json`: every token once, the ids 0 to n - 1 without holes. */
export function parseVocabulary(
  vocab: Record<string, number> | string,
  file: string,
): Map<string, number> {
  let entries: unknown = vocab;
  if (typeof vocab === "string") {
    try {
      entries = JSON.parse(vocab);
    } catch (error) {
      throw new SyntaxError(`Cannot parse ${file}: ${(error as Error).message}`, { cause: error });
    }
  }
  if (typeof entries !== "object" || entries === null || Array.isArray(entries)) {
    throw new SyntaxError(`Cannot read ${file}: it must be an object of tokens and ids`);
  }
  const ids = new Map(Object.entries(entries as Record<string, number>));
  const tokenOf: string[] = [];
  for (const [token, id] of ids) {
    const name = shown(token);
    if (!Number.isInteger(id) || id < 0 || id >= ids.size) {
      throw new SyntaxError(
        `Cannot read ${file}: token ${name} has id ${
          shownId(id)
        }, but ${ids.size} tokens need ids 0 to ${ids.size - 1}`,
      );
    }
    if (tokenOf[id] !== undefined) {
      throw new SyntaxError(
        `Cannot read ${file}: tokens ${shown(tokenOf[id])} and ${name} both have id ${id}`,
      );
    }
    tokenOf[id] = token;
  }
  return ids;
}

function tokenContent(token: unknown, key: string): string {
  if (typeof token === "string") return token;
  const content = (token as { content?: unknown } | null)?.content;
  if (typeof content !== "string") throw wrongField(key, token, "a token");
  return content;
}

function wrongField(key: string, value: unknown, expected: string): SyntaxError {
  return new SyntaxError(
    `Cannot read tokenizer_config.json: ${key.slice(0, LONGEST_KEY)} is ${
      shown(value)
    }, it must be ${expected}`,
  );
}

/** An id as an error says it; what stands in its place may be of any kind and length. */
function shownId(id: unknown): string {
  return typeof id === "string" ? id.slice(0, 80) : shown(id);
}
