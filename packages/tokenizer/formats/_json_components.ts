import { shown } from "../_shown.ts";
import { TextPattern } from "../_text_pattern.ts";
import { ByteFallbackDecoder, ByteLevelDecoder } from "../decoders/byte_decoders.ts";
import { type Decoder, DecoderSequence } from "../decoders/decoder.ts";
import {
  BpeDecoder,
  CtcDecoder,
  Fuse,
  MetaspaceDecoder,
  ReplaceDecoder,
  StripDecoder,
  WordPieceDecoder,
} from "../decoders/token_decoders.ts";
import { LARGEST_ID } from "../models/_vocabulary.ts";
import { BertNormalizer } from "../normalizers/bert_normalizer.ts";
import { ByteAlphabet } from "../normalizers/byte_alphabet.ts";
import {
  Lowercase,
  Nmt,
  NormalizerSequence,
  Prepend,
  Strip,
  StripAccents,
} from "../normalizers/letter_normalizers.ts";
import type { Normalizer } from "../normalizers/normalizer.ts";
import { Precompiled } from "../normalizers/precompiled.ts";
import { Replace } from "../normalizers/replace.ts";
import { UnicodeForm } from "../normalizers/unicode_form.ts";
import { ByteLevelOffsets } from "../post_processors/byte_level_offsets.ts";
import { BertProcessing, type NamedToken, RobertaProcessing } from "../post_processors/framing.ts";
import { type PostProcessor, PostProcessorSequence } from "../post_processors/post_processor.ts";
import {
  type TemplatePiece,
  TemplateProcessing,
  type TemplateToken,
} from "../post_processors/template_processing.ts";
import { SPLIT_BEHAVIORS } from "../pre_tokenizers/_split_behavior.ts";
import { ByteLevel } from "../pre_tokenizers/byte_level.ts";
import {
  BertPreTokenizer,
  CharDelimiterSplit,
  Digits,
  FixedLength,
  Punctuation,
  Whitespace,
  WhitespaceSplit,
} from "../pre_tokenizers/character_pre_tokenizers.ts";
import { Metaspace, type PrependScheme } from "../pre_tokenizers/metaspace.ts";
import { type PreTokenizer, PreTokenizerSequence } from "../pre_tokenizers/pre_tokenizer.ts";
import { Split } from "../pre_tokenizers/split.ts";
import { UnicodeScripts } from "../pre_tokenizers/unicode_scripts.ts";
import type { JsonFields } from "./_json_fields.ts";

/** Characters that a replacement may have. */
const LONGEST_CONTENT = 100;

/** Pieces that a template may have; each may be a whole text. */
const LONGEST_TEMPLATE = 100;

/** What stands in the place of a match. */
function contentOf(fields: JsonFields): string {
  const content = fields.string("content");
  if (content.length > LONGEST_CONTENT) {
    fields.fail("content", `has ${content.length} characters, more than ${LONGEST_CONTENT}`);
  }
  return content;
}

/** Reads `normalizer`. */
export function normalizerOf(fields: JsonFields): Normalizer {
  const type = fields.string("type");
  switch (type) {
    case "NFC":
    case "NFD":
    case "NFKC":
    case "NFKD":
      return new UnicodeForm(type);
    case "Lowercase":
      return new Lowercase();
    case "Strip":
      return new Strip(fields.boolean("strip_left", true), fields.boolean("strip_right", true));
    case "StripAccents":
      return new StripAccents();
    case "Replace":
      return new Replace(patternOf(fields), contentOf(fields));
    case "Prepend":
      return new Prepend(fields.string("prepend"));
    case "BertNormalizer":
      return new BertNormalizer({
        cleanText: fields.boolean("clean_text", true),
        handleChineseChars: fields.boolean("handle_chinese_chars", true),
        stripAccents: fields.value("strip_accents") == null
          ? undefined
          : fields.boolean("strip_accents"),
        lowercase: fields.boolean("lowercase", true),
      });
    case "Nmt":
      return new Nmt();
    case "ByteLevel":
      return new ByteAlphabet();
    case "Precompiled": {
      const charsmap = fields.optionalString("precompiled_charsmap");
      if (!charsmap) return new NormalizerSequence([]);
      return naming(fields, "precompiled_charsmap", () => new Precompiled(charsmap));
    }
    case "Sequence":
      return new NormalizerSequence(fields.objects("normalizers").map(normalizerOf));
  }
  return fields.fail("type", `${shown(type)} is not a known normalizer`);
}

/** Reads `pre_tokenizer`. */
export function preTokenizerOf(fields: JsonFields): PreTokenizer {
  const type = fields.string("type");
  switch (type) {
    case "Whitespace":
      return new Whitespace();
    case "WhitespaceSplit":
      return new WhitespaceSplit();
    case "BertPreTokenizer":
      return new BertPreTokenizer();
    case "ByteLevel":
      return new ByteLevel(
        fields.boolean("add_prefix_space", true),
        fields.boolean("trim_offsets", true),
        fields.boolean("use_regex", true),
      );
    case "Metaspace":
      return new Metaspace(...metaspaceOf(fields));
    case "Punctuation":
      return new Punctuation(fields.oneOf("behavior", SPLIT_BEHAVIORS, "Isolated"));
    case "Digits":
      return new Digits(fields.boolean("individual_digits", false));
    case "CharDelimiterSplit": {
      const delimiter = fields.string("delimiter");
      if ([...delimiter].length !== 1) fields.fail("delimiter", "is not one character");
      return new CharDelimiterSplit(delimiter);
    }
    case "FixedLength": {
      const length = fields.count("length", 5);
      if (length === 0) fields.fail("length", "is 0");
      return new FixedLength(length);
    }
    case "UnicodeScripts":
      return new UnicodeScripts();
    case "Split":
      return new Split(
        patternOf(fields),
        fields.oneOf("behavior", SPLIT_BEHAVIORS),
        fields.boolean("invert", false),
      );
    case "Sequence":
      return new PreTokenizerSequence(fields.objects("pretokenizers").map(preTokenizerOf));
  }
  return fields.fail("type", `${shown(type)} is not a known pre-tokenizer`);
}

/** Reads `post_processor`. */
export function postProcessorOf(fields: JsonFields): PostProcessor {
  const type = fields.string("type");
  switch (type) {
    case "TemplateProcessing":
      return templateOf(fields);
    case "BertProcessing":
      return new BertProcessing(namedToken(fields, "sep"), namedToken(fields, "cls"));
    case "RobertaProcessing":
      return new RobertaProcessing(namedToken(fields, "sep"), namedToken(fields, "cls"), {
        trimOffsets: fields.boolean("trim_offsets", true),
        addPrefixSpace: fields.boolean("add_prefix_space", true),
      });
    case "ByteLevel":
      return new ByteLevelOffsets(
        fields.boolean("add_prefix_space", true),
        fields.boolean("trim_offsets", true),
        fields.boolean("use_regex", true),
      );
    case "Sequence":
      return new PostProcessorSequence(fields.objects("processors").map(postProcessorOf));
  }
  return fields.fail("type", `${shown(type)} is not a known post-processor`);
}

/** Reads `decoder`. */
export function decoderOf(fields: JsonFields): Decoder {
  const type = fields.string("type");
  switch (type) {
    case "WordPiece":
      return new WordPieceDecoder(fields.string("prefix", "##"), fields.boolean("cleanup", true));
    case "ByteLevel":
      return new ByteLevelDecoder(Object.fromEntries(fields.entries()));
    case "Metaspace":
      return new MetaspaceDecoder(...metaspaceOf(fields));
    case "BPEDecoder":
      return new BpeDecoder(fields.string("suffix", "</w>"));
    case "ByteFallback":
      return new ByteFallbackDecoder();
    case "Fuse":
      return new Fuse();
    case "Strip": {
      const content = fields.string("content", " ");
      if ([...content].length !== 1) fields.fail("content", "is not one character");
      return new StripDecoder(content, fields.count("start", 0), fields.count("stop", 0));
    }
    case "Replace":
      return new ReplaceDecoder(patternOf(fields), contentOf(fields));
    case "CTC":
      return new CtcDecoder(
        fields.string("pad_token", "<pad>"),
        fields.string("word_delimiter_token", "|"),
        fields.boolean("cleanup", true),
      );
    case "Sequence":
      return new DecoderSequence(fields.objects("decoders").map(decoderOf));
  }
  return fields.fail("type", `${shown(type)} is not a known decoder`);
}

/** Says in which field of the file the error of a component lies. */
export function naming<Value>(fields: JsonFields, name: string, make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return fields.fail(name, `is broken: ${error.message}`);
  }
}

function patternOf(fields: JsonFields): TextPattern {
  const pattern = fields.object("pattern");
  if (pattern.value("String") !== undefined) return TextPattern.ofString(pattern.string("String"));
  const source = pattern.string("Regex");
  return naming(pattern, "Regex", () => TextPattern.ofRegex(source));
}

function metaspaceOf(fields: JsonFields): [string, PrependScheme, boolean] {
  const replacement = fields.string("replacement", "\u2581");
  if ([...replacement].length !== 1) fields.fail("replacement", "is not one character");
  // Files before version 0.15 say add_prefix_space.
  const scheme = fields.boolean("add_prefix_space", true) ? "always" : "never";
  return [
    replacement,
    fields.oneOf("prepend_scheme", ["always", "first", "never"], scheme),
    fields.boolean("split", true),
  ];
}

function namedToken(fields: JsonFields, name: string): NamedToken {
  const [token, id] = fields.list(name);
  if (typeof token !== "string" || !isId(id)) {
    fields.fail(name, "is not a token and its id");
  }
  return [token as string, id as number];
}

function isId(id: unknown): boolean {
  return Number.isInteger(id) && (id as number) >= 0 && (id as number) <= LARGEST_ID;
}

function templateOf(fields: JsonFields): TemplateProcessing {
  const special = new Map<string, TemplateToken>();
  const tokens = fields.object("special_tokens");
  for (const [name] of tokens.entries()) {
    const token = tokens.object(name);
    const ids = token.list("ids") as number[];
    const names = token.list("tokens") as string[];
    if (ids.length !== names.length || !ids.every(isId)) {
      token.fail("ids", "does not give an id for each of tokens");
    }
    special.set(name, { ids, tokens: names });
  }
  const template = (name: string, isPair: boolean) =>
    fields.objects(name, LONGEST_TEMPLATE).map((piece): TemplatePiece => {
      const text = piece.optionalObject("Sequence");
      if (text !== undefined) {
        const which = text.oneOf("id", ["A", "B"]) === "A" ? 0 : 1;
        if (which === 1 && !isPair) text.fail("id", "is B, but there is one text");
        return { text: which, typeId: text.count("type_id", 0) };
      }
      const token = piece.object("SpecialToken");
      const id = token.string("id");
      if (!special.has(id)) token.fail("id", `${shown(id)} is not in special_tokens`);
      return { special: id, typeId: token.count("type_id", 0) };
    });
  return new TemplateProcessing(template("single", false), template("pair", true), special);
}
