import {
  type MarianTokenizerConfig,
  parseMarianTokenizerConfig,
  parseVocabulary,
} from "./_marian_config.ts";
import { MarianSide, MarianTokens } from "./_marian_side.ts";
import { escapePattern } from "./_pattern.ts";
import { SentencePieceEncoding } from "./_sentencepiece_encoding.ts";
import type { FullEncoding } from "./encoding.ts";
import { PieceType } from "./formats/sentencepiece_model.ts";
import { languageCodesOf, languageToken } from "./language_tokens.ts";
import { META_SYMBOL } from "./normalizers/sentencepiece_normalizer.ts";
import { type SampleOptions, SentencePieceTokenizer } from "./sentencepiece_tokenizer.ts";
import type { DecodeOptions, EncodeOptions, Tokenizer } from "./tokenizer.ts";

/** The files of a Marian tokenizer. */
export interface MarianTokenizerFiles {
  /** Content of `source.spm`. */
  readonly sourceSpm: Uint8Array;
  /** Content of `target.spm`. */
  readonly targetSpm: Uint8Array;
  /** Content of `vocab.json`: token to id, as an object or as the file's text. */
  readonly vocab: Record<string, number> | string;
  /** Content of `target_vocab.json`, for models with `separate_vocabs`. */
  readonly targetVocab?: Record<string, number> | string;
  /** Content of `tokenizer_config.json`, parsed; default `{}`. */
  readonly config?: object;
}

/** How a MarianTokenizer cuts a text. */
export interface MarianEncodeOptions extends EncodeOptions {
  /**
   * Cuts the text at random, for subword regularisation while training (Kudo 2018): a model that sees a word
   * cut in several ways is surer of rare ones. The same seed gives the same pieces. Default: the best cut.
   */
  readonly sampling?: SampleOptions;
}

// What Python's str.strip() strips; JavaScript's trim() differs in U+001C to U+001F, U+0085 and U+FEFF.
const PYTHON_SPACE =
  "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const SPACE = new RegExp(PYTHON_SPACE);

/**
 * The tokenizer of MarianMT models: a SentencePiece model for each side, whose pieces get their ids from one
 * vocabulary. Ids and text equal those of Hugging Face's `MarianTokenizer`.
 *
 * @example
 * ```ts
 * import { MarianTokenizer, trainUnigram } from "@heed/tokenizer";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = await trainUnigram(["the cat sat on the mat", "the dog sat on the cat"], {
 *   vocabSize: 16,
 * });
 * const tokenizer = MarianTokenizer.fromUnigram(pieces);
 * const { ids, tokens } = tokenizer.encode("the cat");
 * assertEquals(tokens.at(-1), "</s>");
 * assertEquals(tokenizer.decode(ids), "the cat");
 * ```
 */
export class MarianTokenizer implements Tokenizer {
  /** Number of ids, special tokens included; of separate vocabularies the larger. */
  readonly vocabSize: number;
  /** Id of `</s>`, which ends every text. */
  readonly eosTokenId: number;
  /** Id of `<pad>`, which fills batches and starts decoding. */
  readonly padTokenId: number;
  /** Id of `<unk>`, which stands for pieces outside the vocabulary. */
  readonly unkTokenId: number;
  /**
   * Codes of the target languages that a source can ask for by a token such as `>>fr<<` at its beginning; none for
   * a model of one target.
   */
  readonly languageCodes: readonly string[];

  #source: MarianSide;
  #target: MarianSide;
  #decodes: SentencePieceTokenizer;
  #config: MarianTokenizerConfig;
  #configJson: object;
  #special: ReadonlyMap<string, number>;
  #specialIds: ReadonlySet<number>;
  #specialPattern: RegExp;
  #tokens: string[];

  private constructor(files: MarianTokenizerFiles) {
    this.#configJson = files.config ?? {};
    this.#config = parseMarianTokenizerConfig(this.#configJson);
    const { unkToken, eosToken, padToken, specialTokens, separateVocabs } = this.#config;
    const vocab = parseVocabulary(files.vocab, "vocab.json");
    if (!vocab.has(unkToken)) {
      throw new SyntaxError(
        `Cannot read vocab.json: the unknown token ${unkToken.slice(0, 80)} is missing`,
      );
    }
    let targetVocab = vocab;
    if (separateVocabs) {
      if (files.targetVocab === undefined) {
        throw new SyntaxError(
          "Cannot load MarianTokenizer: separate_vocabs is true, but target_vocab.json is not given",
        );
      }
      targetVocab = parseVocabulary(files.targetVocab, "target_vocab.json");
      if (!targetVocab.has(unkToken)) {
        throw new SyntaxError(
          `Cannot read target_vocab.json: the unknown token ${unkToken.slice(0, 80)} is missing`,
        );
      }
    }

    const special = new Map<string, number>();
    let vocabSize = vocab.size;
    for (const token of specialTokens) special.set(token, vocab.get(token) ?? vocabSize++);
    this.languageCodes = languageCodesOf(vocab.keys());
    this.#special = special;
    // The target's own vocabulary may have the same tokens in other places.
    const targetSpecial = new Map(
      [...special].map(([token, id]) => [token, targetVocab.get(token) ?? id]),
    );
    this.#specialIds = new Set(targetSpecial.values());
    // Longest first, so that no special token hides one that it begins.
    const alternatives = specialTokens.toSorted((a, b) => b.length - a.length).map(escapePattern);
    this.#specialPattern = new RegExp(`(${alternatives.join("|")})`);
    this.vocabSize = Math.max(vocabSize, targetVocab.size);
    this.eosTokenId = special.get(eosToken)!;
    this.padTokenId = special.get(padToken)!;
    this.unkTokenId = special.get(unkToken)!;

    this.#tokens = [];
    for (const [token, id] of [...targetVocab, ...targetSpecial]) this.#tokens[id] = token;
    const source = SentencePieceTokenizer.load(files.sourceSpm);
    const isSame = files.targetSpm === files.sourceSpm;
    const target = isSame ? source : SentencePieceTokenizer.load(files.targetSpm);
    this.#source = new MarianSide(source, vocab, special, vocab.get(unkToken)!);
    this.#target = new MarianSide(target, targetVocab, targetSpecial, targetVocab.get(unkToken)!);
    // As in Hugging Face's tokenizer, a joint vocabulary is decoded by the source's SentencePiece model.
    this.#decodes = separateVocabs ? target : source;
  }

  /**
   * Makes a tokenizer of its files.
   *
   * @param files The files' contents
   * @returns The tokenizer
   * @throws {SyntaxError} If a file is broken; the message names the file and the place
   *
   * @example
   * ```ts
   * import { MarianTokenizer } from "@heed/tokenizer";
   * import { assertThrows } from "@std/assert";
   *
   * const spm = new Uint8Array();
   * assertThrows(
   *   () => MarianTokenizer.load({ sourceSpm: spm, targetSpm: spm, vocab: "{" }),
   *   SyntaxError,
   *   "Cannot parse vocab.json",
   * );
   * ```
   */
  static load(files: MarianTokenizerFiles): MarianTokenizer {
    return new MarianTokenizer(files);
  }

  /**
   * Makes a tokenizer for a new model, with the same pieces on both sides: `</s>` is 0, `<unk>` is 1, then come the
   * pieces, the tokens of target languages, and `<pad>` is last.
   *
   * @param tokenizer The trained pieces
   * @param config More fields for `tokenizer_config.json`, such as `source_lang` and `target_lang`
   * @param languageCodes Codes of the target languages, for a model of several: `fr` gets the token `>>fr<<`
   * @returns The tokenizer
   * @throws {RangeError} If a piece is spelt like one of the other tokens, or a code holds `<`
   */
  static fromUnigram(
    tokenizer: SentencePieceTokenizer,
    config: object = {},
    languageCodes: readonly string[] = [],
  ): MarianTokenizer {
    const vocab: Record<string, number> = Object.create(null);
    vocab["</s>"] = 0;
    vocab["<unk>"] = 1;
    let size = 2;
    for (const { piece, type } of tokenizer.model.pieces) {
      if (type === PieceType.UNKNOWN || type === PieceType.CONTROL) continue;
      if (piece in vocab || piece === "<pad>") {
        throw new RangeError(
          `Cannot build a Marian vocabulary: ${piece} is a special token and cannot be a piece too`,
        );
      }
      vocab[piece] = size++;
    }
    for (const token of languageCodes.map(languageToken)) {
      if (token in vocab) {
        throw new RangeError(`Cannot build a Marian vocabulary: ${token} is in it twice`);
      }
      vocab[token] = size++;
    }
    vocab["<pad>"] = size;
    const spm = tokenizer.save();
    return new MarianTokenizer({
      sourceSpm: spm,
      targetSpm: spm,
      vocab,
      config: {
        ...config,
        unk_token: "<unk>",
        eos_token: "</s>",
        pad_token: "<pad>",
        separate_vocabs: false,
        tokenizer_class: "MarianTokenizer",
      },
    });
  }

  /**
   * Cuts a source text into tokens.
   *
   * @param text A text in the source language; a language code such as `>>de<<` at its beginning is one token
   * @param options Whether `</s>` is added, and whether the text is cut at random
   * @returns Ids and tokens `[tokens]`. Offsets, word ids and masks are worked out when they are first read; a special
   *   token in the text is a word of its own
   */
  encode(text: string, options: MarianEncodeOptions = {}): FullEncoding {
    return this.#encode([text], this.#source, options);
  }

  /**
   * Cuts two source texts into the tokens of one sequence: those of the first, those of the second, and `</s>`.
   *
   * @param text A text in the source language
   * @param pair The text that follows it
   * @param options Whether `</s>` is added, and whether the text is cut at random
   * @returns Ids and tokens `[tokens]`; offsets and word ids count within each text
   */
  encodePair(text: string, pair: string, options: MarianEncodeOptions = {}): FullEncoding {
    return this.#encode([text, pair], this.#source, options);
  }

  /**
   * Cuts several source texts into tokens.
   *
   * @param texts Texts in the source language
   * @param options Whether `</s>` is added, and whether the text is cut at random
   * @returns What {@linkcode encode} returns for each text `[texts]`
   */
  encodeBatch(texts: readonly string[], options: MarianEncodeOptions = {}): FullEncoding[] {
    return texts.map((text) => this.encode(text, options));
  }

  /**
   * Cuts a target text into tokens.
   *
   * @param text A text in the target language
   * @param options Whether `</s>` is added, and whether the text is cut at random
   * @returns What {@linkcode encode} returns, of the target side
   */
  encodeTarget(text: string, options: MarianEncodeOptions = {}): FullEncoding {
    return this.#encode([text], this.#target, options);
  }

  /**
   * Joins ids of the target side into a text.
   *
   * @param ids Vocabulary indices
   * @param options Whether special tokens, `<unk>` among them, are left out
   * @returns The text, without spaces around it
   * @throws {RangeError} If an id is not in the vocabulary
   */
  decode(ids: Iterable<number>, options: DecodeOptions = {}): string {
    const { skipSpecialTokens = true } = options;
    let text = "";
    let pieces: string[] = [];
    for (const id of ids) {
      const token = this.#tokens[id];
      if (token === undefined) {
        throw new RangeError(
          `Cannot decode id ${id}: the vocabulary has ids 0 to ${this.vocabSize - 1}`,
        );
      }
      if (!this.#specialIds.has(id)) pieces.push(token);
      else if (!skipSpecialTokens) {
        text += `${this.#decodes.decodePieces(pieces)}${token} `;
        pieces = [];
      }
    }
    text += this.#decodes.decodePieces(pieces);
    return stripped(text.replaceAll(META_SYMBOL, " "));
  }

  /**
   * Looks a token up.
   *
   * @param token The token as `vocab.json` writes it
   * @returns Its id, or undefined when the vocabulary does not have it
   */
  tokenToId(token: string): number | undefined {
    return this.#source.tokenToId(token);
  }

  /**
   * Looks an id of the target side up.
   *
   * @param id A vocabulary index
   * @returns Its token, or undefined when the id is out of range
   */
  idToToken(id: number): string | undefined {
    return this.#tokens[id];
  }

  /**
   * Writes the tokenizer's files.
   *
   * @returns File name to content: `source.spm`, `target.spm`, `vocab.json`, `tokenizer_config.json`, and
   *   `target_vocab.json` for separate vocabularies
   */
  files(): Record<string, Uint8Array> {
    const utf8 = new TextEncoder();
    const json = (value: object) => utf8.encode(JSON.stringify(value, null, 1) + "\n");
    const files: Record<string, Uint8Array> = {
      "source.spm": this.#source.pieces.save(),
      "target.spm": this.#target.pieces.save(),
      "vocab.json": json(Object.fromEntries(this.#source.vocab)),
      "tokenizer_config.json": json(this.#configJson),
    };
    if (this.#config.separateVocabs) {
      files["target_vocab.json"] = json(Object.fromEntries(this.#target.vocab));
    }
    return files;
  }

  #encode(
    texts: readonly string[],
    side: MarianSide,
    { addSpecialTokens = true, sampling }: MarianEncodeOptions,
  ): FullEncoding {
    const tokens = new MarianTokens();
    for (const [sequence, text] of texts.entries()) {
      let start = 0;
      for (const [i, part] of text.split(this.#specialPattern).entries()) {
        const { length } = part;
        if (i % 2 === 1) {
          tokens.push(this.#special.get(part)!, part, { start, length, sequence });
        } else if (length > 0) side.append(part, tokens, { start, sequence, sampling });
        start += length;
      }
    }
    if (addSpecialTokens) {
      tokens.push(this.eosTokenId, this.#config.eosToken, { start: 0, length: 0 });
    }
    return new SentencePieceEncoding(tokens.ids, tokens.tokens, () => tokens.details());
  }
}

/** A text without the spaces at its ends. */
function stripped(text: string): string {
  let start = 0, end = text.length;
  while (start < end && SPACE.test(text[start])) start++;
  while (end > start && SPACE.test(text[end - 1])) end--;
  return text.slice(start, end);
}
