"""Makes the golden files in testdata/tokenizer/json.

Usage: python scripts/golden/tokenizer_json_golden.py

Needs the Python packages tokenizers and sentencepiece. Vocabularies are trained on testdata/tokenizer/corpus.txt and
on the hard strings below; offsets are written in UTF-16 units, flattened.
"""

import json
import os

import tokenizers
from sentencepiece import sentencepiece_model_pb2
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

TESTDATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "testdata", "tokenizer")
FOLDER = os.path.join(TESTDATA, "json")

TEXTS = [
    "", " ", "  \n\t ", "a", "The quick brown fox jumps over the lazy dog.", "Die Öffnung der Datei ist fehlgeschlagen!",
    "  leading and trailing  ", "a  b   c", "don't you've we'll I'M it's", "naïve café", "cafe\u0301 re\u0301sume\u0301",
    "e\u0301\u0327 \u0301 a\u0301\u0301", "\u1100\u1161\u11a8 \uac00\u11a8", "👩‍👩‍👧‍👦 family 🏳️‍🌈🇩🇪 👍🏽", "日本語のテキスト。", "中文 mixed 字符 text",
    "한국어 텍스트", "العربية نص مَرْحَبًا", "ภาษาไทย", "हिन्दी पाठ", "ＦＵＬＬ　ｗｉｄｔｈ", "ﬁ ﬂ ½ ² ㍿ ｶﾞ", "“quotes” ‘single’ «x»",
    "zero\u200bwidth\u200cnon\u200djoiner\u2060", "\ufeffBOM soft\u00adhyphen \u200e\u200f", "a\u0000b \u0001\u001f\u007f\u0085\u009f", "\ufffd \ufffe \uffff",
    "▁ ▁▁ a▁b▁", "<s> </s> <unk> <pad> [MASK] [CLS]", "a<mask> b <mask>c", "1234567890 3.14159 1,000,000", "٣٤ ½ Ⅻ ²",
    "\U0001d400\U0001d7ce \U0002f800 \U0010ffff", "x" * 110, "Donaudampfschifffahrt" * 2, "\u00a0nbsp\u2003em\u3000\u2028line", "İI ß ſ ǅ Σς ŉ",
    "snake_case camelCase HTML5 a-b/c@d.e?f=g&h", "line\nbreak\r\nand\ttab", "!!!...???", "Hello<|endoftext|>World <|endoftext|>",
]
PAIRS = [
    ("", ""), ("a", ""), ("", "b"), ("The quick brown fox", "Die Datei ist offen."), ("naïve 👍🏽", "日本語 text"),
    ("How many files?", "There are three."),
]
SPACE = "▁"


def corpus():
    with open(os.path.join(TESTDATA, "corpus.txt"), encoding="utf-8") as file:
        return file.read().splitlines() + [text for text in TEXTS if text.isprintable()][:30]


def trained(tokenizer, trainer):
    tokenizer.train_from_iterator(corpus(), trainer)
    return tokenizer


def bert():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", AddedToken("[MASK]", lstrip=True)]
    trained(tokenizer, trainers.WordPieceTrainer(vocab_size=420, special_tokens=special, show_progress=False))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def bert_cased():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=20))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=True, handle_chinese_chars=False, clean_text=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trained(tokenizer, trainers.WordPieceTrainer(vocab_size=300, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"], show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1 [SEP]:2", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.decoder = decoders.WordPiece(cleanup=False)
    return tokenizer


def gpt2():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained(tokenizer, trainers.BpeTrainer(vocab_size=420, special_tokens=["<|endoftext|>"], show_progress=False,
                                           initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def roberta():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    special = ["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True, special=True)]
    trained(tokenizer, trainers.BpeTrainer(vocab_size=380, special_tokens=special, show_progress=False,
                                           initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def split_bpe():
    """The pipeline of newer byte-level models: a pattern that is not GPT-2's, ignore_merges, a sequence of processors."""
    pattern = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
               r"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    trained(tokenizer, trainers.BpeTrainer(vocab_size=400, special_tokens=["<|begin|>", "<|endoftext|>"], show_progress=False,
                                           initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=True),
        processors.TemplateProcessing(single="<|begin|> $A", pair="<|begin|> $A <|begin|>:1 $B:1", special_tokens=[("<|begin|>", 0)])])
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def byte_pieces():
    return [f"<0x{byte:02X}>" for byte in range(256)]


def fallback_bpe(tokenizer, special):
    """Trains, then appends the byte pieces and says that they stand in for unknown characters."""
    trained(tokenizer, trainers.BpeTrainer(vocab_size=340, special_tokens=special, show_progress=False))
    content = json.loads(tokenizer.to_str())
    vocab = content["model"]["vocab"]
    for piece in byte_pieces():
        vocab[piece] = len(vocab)
    content["model"].update(byte_fallback=True, fuse_unk=True)
    return Tokenizer.from_str(json.dumps(content))


def llama():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    tokenizer = fallback_bpe(tokenizer, ["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)])
    tokenizer.decoder = decoders.Sequence([
        decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return tokenizer


def metaspace_bpe():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=True)
    tokenizer = fallback_bpe(tokenizer, ["<unk>", "<s>", "</s>"])
    tokenizer.decoder = decoders.Sequence([
        decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="first")])
    return tokenizer


def unfused_bpe():
    """Characters without a piece become one unknown token each; words end in </w>."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"'s|'t|'re|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), "removed", invert=True)])
    trained(tokenizer, trainers.BpeTrainer(vocab_size=260, special_tokens=["<unk>"], end_of_word_suffix="</w>", limit_alphabet=60, show_progress=False))
    tokenizer.decoder = decoders.BPEDecoder(suffix="</w>")
    return tokenizer


def sentencepiece_model(name):
    model = sentencepiece_model_pb2.ModelProto()
    with open(os.path.join(TESTDATA, name), "rb") as file:
        model.ParseFromString(file.read())
    return model


def unigram():
    """T5's pipeline, with the small normalisation rules and the pieces of rules.spm."""
    model = sentencepiece_model("rules.spm")
    tokenizer = Tokenizer(models.Unigram([(piece.piece, piece.score) for piece in model.pieces], 0, False))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Precompiled(model.normalizer_spec.precompiled_charsmap), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 2)])
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def unigram_bytes():
    model = sentencepiece_model("unigram.spm")
    tokenizer = Tokenizer(models.Unigram([(piece.piece, piece.score) for piece in model.pieces], 0, True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), normalizers.Strip(False, True)])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace()])
    return tokenizer


def word_level():
    tokenizer = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True)])
    return trained(tokenizer, trainers.WordLevelTrainer(vocab_size=150, special_tokens=["[PAD]", "[UNK]"], show_progress=False))


def added_tokens():
    """Added tokens that strip spaces, stand alone, or are looked for in normalised text."""
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "a": 1, "b": 2, "hello": 3, "world": 4, "é": 5}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens([
        AddedToken("<sp>", normalized=False), AddedToken("<l>", lstrip=True), AddedToken("<r>", rstrip=True),
        AddedToken("<lr>", lstrip=True, rstrip=True)])
    tokenizer.add_tokens([
        AddedToken("ing", single_word=True), AddedToken("Über", normalized=True), AddedToken("WORLD", normalized=False),
        AddedToken("new york", normalized=True), AddedToken("new", normalized=True), AddedToken("<one>", single_word=True, lstrip=True, rstrip=True),
        AddedToken("日本", normalized=False), AddedToken("👍", normalized=True, rstrip=True)])
    return tokenizer


ADDED_TEXTS = [
    "a <sp> b<sp><sp>", "a  <l>  b", "a  <r>  b", "a  <lr>  b", "<lr>\u00a0\n\u3000b", "sing ing inging ing, _ing -ing éing", "über ÜBER Überall", "hello WORLD world World",
    "new york newyork new  york NEW YORK", "a <one> b<one>c <one>", "in 日本国 日本", "a👍  b 👍🏽 👍", "<SP> <L>", "<l><r><lr>", "", "a<lr>", "  <sp>  ", "<l", "É é e\u0301",
]
MAKERS = [bert, bert_cased, gpt2, roberta, split_bpe, llama, metaspace_bpe, unfused_bpe, unigram, unigram_bytes, word_level, added_tokens]

TRUNCATIONS = [
    {"max_length": 10, "stride": 0, "strategy": "longest_first", "direction": "right"},
    {"max_length": 10, "stride": 3, "strategy": "longest_first", "direction": "right"},
    {"max_length": 10, "stride": 3, "strategy": "longest_first", "direction": "left"},
    {"max_length": 17, "stride": 2, "strategy": "longest_first", "direction": "right"},
    {"max_length": 16, "stride": 2, "strategy": "only_first", "direction": "right"},
    {"max_length": 16, "stride": 0, "strategy": "only_second", "direction": "right"},
    {"max_length": 16, "stride": 4, "strategy": "only_second", "direction": "left"},
    {"max_length": 3, "stride": 0, "strategy": "longest_first", "direction": "right"},
    {"max_length": 2, "stride": 0, "strategy": "longest_first", "direction": "right"},
    {"max_length": 0, "stride": 0, "strategy": "longest_first", "direction": "right"},
]
PADDINGS = [
    {"direction": "right"}, {"direction": "left"}, {"length": 20}, {"length": 4}, {"pad_to_multiple_of": 8},
    {"direction": "left", "pad_to_multiple_of": 5, "pad_type_id": 3, "pad_id": 1, "pad_token": "[UNK]"},
    {"length": 10, "pad_to_multiple_of": 8, "direction": "left"},
]
BATCH = ["The quick brown fox", "", "Die Datei ist offen. naïve", ("a", "kurz 👍")]

NORMALIZERS = [
    normalizers.NFC(), normalizers.NFD(), normalizers.NFKC(), normalizers.NFKD(), normalizers.Lowercase(), normalizers.StripAccents(),
    normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents()]), normalizers.Strip(), normalizers.Strip(True, False), normalizers.Nmt(),
    normalizers.BertNormalizer(), normalizers.BertNormalizer(strip_accents=False), normalizers.BertNormalizer(lowercase=False, strip_accents=True),
    normalizers.Replace("a", "<aa>"), normalizers.Replace(Regex(r"[aeiou]+"), ""), normalizers.Replace(Regex(r"\s"), "__"), normalizers.Prepend("▁"),
    normalizers.ByteLevel(),
]
PRE_TOKENIZERS = [
    pre_tokenizers.Whitespace(), pre_tokenizers.WhitespaceSplit(), pre_tokenizers.BertPreTokenizer(), pre_tokenizers.ByteLevel(), pre_tokenizers.ByteLevel(add_prefix_space=False),
    pre_tokenizers.ByteLevel(use_regex=False), pre_tokenizers.CharDelimiterSplit("e"), pre_tokenizers.Digits(), pre_tokenizers.Digits(individual_digits=True),
    *[pre_tokenizers.Punctuation(behavior) for behavior in ("isolated", "removed", "merged_with_previous", "merged_with_next", "contiguous")],
    *[pre_tokenizers.Split(Regex(r"\s+|-"), behavior) for behavior in ("isolated", "removed", "merged_with_previous", "merged_with_next", "contiguous")],
    *[pre_tokenizers.Split(" ", behavior, invert=True) for behavior in ("isolated", "removed", "merged_with_previous", "merged_with_next", "contiguous")],
    *[pre_tokenizers.Metaspace(prepend_scheme=scheme, split=split) for scheme in ("always", "never", "first") for split in (True, False)],
    pre_tokenizers.UnicodeScripts(), pre_tokenizers.FixedLength(length=3),
    pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation(), pre_tokenizers.Digits()]),
]
COMPONENT_TEXTS = [
    "", "Hello, wörld! It's 3.14...", "  two  spaces\n\tand-dash -- x ", "cafe\u0301 naïve İ ẞ ﬁ ½ Å ﷺ", "日本語 abc ｶﾞ 中文", "👩‍👧 👍🏽 \u200b x\u0000\u00ady", "e\u0301\u0327a ắ \uac01 \u1100\u1161\u11a8", "ภาษาไทย العربية ٣",
]
DECODERS = [
    (decoders.WordPiece(), ["he", "##llo", "wor", "##ld", "!", "do", "n", "'", "t", "##", "it", "'s", "."]),
    (decoders.WordPiece(cleanup=False), ["##he", "##llo", "wor", "##ld", "!", "n't"]),
    (decoders.WordPiece(prefix="@@"), ["he", "@@llo", "@@", ","]),
    (decoders.BPEDecoder(), ["he", "llo</w>", "wor", "ld</w>", "</w>"]),
    (decoders.ByteLevel(), ["Hello", "ĠWorld", "Ã", "©", "ðŁ", "ĳ", "į", "Ã"]),
    (decoders.Metaspace(), ["▁Hello", "▁", "▁wor▁ld"]),
    (decoders.Metaspace(prepend_scheme="never"), ["▁Hello", "▁", "▁world"]),
    (decoders.ByteFallback(), ["a", "<0xE6>", "<0x97>", "<0xA5>", "b", "<0xE6>", "<0x97>", "c", "<0x41>", "<0xZZ>", "<0xFF>"]),
    (decoders.CTC(), ["<pad>", "h", "h", "e", "l", "l", "<pad>", "l", "o", "o", "o", "<pad>", "|", "w"]),
    (decoders.Replace("_", " "), ["a_b", "_", "c"]), (decoders.Replace(Regex("[xy]+"), "-"), ["axyb", "x", "y"]),
    (decoders.Strip(" ", 1, 0), ["  a ", " b", "c "]), (decoders.Strip("x", 1, 2), ["xxaxx", "yx", "xbxxx"]),
    (decoders.Sequence([decoders.Fuse(), decoders.Strip("a", 1, 1)]), ["a", "b", "a"]), (decoders.Fuse(), ["a", "b"]), (None, ["a", "b", "c"]),
]


def units(text):
    """UTF-16 offset of each code point of a text, and of its end."""
    offsets = [0]
    for character in text:
        offsets.append(offsets[-1] + (2 if ord(character) > 0xFFFF else 1))
    return offsets


def described(encoding, texts, tokenizer):
    tables = [units(text) for text in texts]
    offsets = []
    for (start, end), sequence in zip(encoding.offsets, encoding.sequence_ids):
        offsets += [tables[sequence][start], tables[sequence][end]] if sequence is not None else [start, end]
    result = {
        "ids": encoding.ids, "tokens": encoding.tokens, "offsets": offsets, "wordIds": encoding.word_ids,
        "typeIds": encoding.type_ids, "attentionMask": encoding.attention_mask, "specialTokensMask": encoding.special_tokens_mask,
    }
    # Left out where they say nothing: tokens of the vocabulary, all zero, all one, all zero.
    if result["tokens"] == [tokenizer.id_to_token(token_id) for token_id in encoding.ids]:
        del result["tokens"]
    if not any(result["typeIds"]):
        del result["typeIds"]
    if all(result["attentionMask"]):
        del result["attentionMask"]
    if not any(result["specialTokensMask"]):
        del result["specialTokensMask"]
    if 1 in encoding.sequence_ids:
        result["sequenceIds"] = encoding.sequence_ids
    if encoding.overflowing:
        result["overflowing"] = [described(part, texts, tokenizer) for part in encoding.overflowing]
    return result


def cases(name, tokenizer):
    singles = []
    for text in ADDED_TEXTS if name == "added_tokens" else TEXTS:
        encoding = tokenizer.encode(text)
        singles.append({"text": text, **described(encoding, [text], tokenizer), "decoded": tokenizer.decode(encoding.ids)})
        full = tokenizer.decode(encoding.ids, skip_special_tokens=False)
        if full != singles[-1]["decoded"]:
            singles[-1]["decodedWithSpecial"] = full
        plain = tokenizer.encode(text, add_special_tokens=False).ids
        if plain != encoding.ids:
            singles[-1]["plainIds"] = plain
    pairs = [{"text": list(pair), **described(tokenizer.encode(*pair), pair, tokenizer)} for pair in PAIRS]
    return {"single": singles, "pair": pairs}


def window_cases():
    """Truncation and padding: settings as tokenizer.json holds them."""
    found = {"truncation": [], "padding": []}
    for name in ("bert_cased", "roberta"):
        tokenizer = Tokenizer.from_file(os.path.join(FOLDER, f"{name}.json"))
        for settings in TRUNCATIONS:
            tokenizer.enable_truncation(**settings)
            for texts in [("Die Öffnung der Datei!",), ("kurz", "The lazy dog jumps over it."), ("The dog jumps over it.", "a b")]:
                written = json.loads(tokenizer.to_str())["truncation"]
                case = {"tokenizer": name, "truncation": written, "texts": texts}
                try:
                    case.update(described(tokenizer.encode(*texts), texts, tokenizer))
                except BaseException as error:  # the reference raises plain Exceptions, and panics
                    if isinstance(error, KeyboardInterrupt):
                        raise
                    case["error"] = str(error)
                found["truncation"].append(case)
        tokenizer.no_truncation()
        for settings in PADDINGS:
            tokenizer.enable_padding(**{"pad_id": 0, "pad_token": "[PAD]", **settings})
            written = json.loads(tokenizer.to_str())["padding"]
            batch = tokenizer.encode_batch(BATCH)
            encodings = [described(encoding, [texts] if isinstance(texts, str) else texts, tokenizer) for encoding, texts in zip(batch, BATCH)]
            found["padding"].append({"tokenizer": name, "padding": written, "texts": BATCH, "encodings": encodings})
    return found


def component_cases():
    """What one component does: a Unigram model without pieces gives each word back as its token."""
    found = {"normalizers": [], "pre_tokenizers": [], "decoders": []}
    for components, key in ((NORMALIZERS, "normalizers"), (PRE_TOKENIZERS, "pre_tokenizers")):
        for component in components:
            tokenizer = Tokenizer(models.Unigram([("<unk>", 0.0)], 0, False))
            if key == "normalizers":
                tokenizer.normalizer = component
                # One token a character shows how normalised characters are aligned with the text.
                tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
            else:
                tokenizer.pre_tokenizer = component
            content = json.loads(tokenizer.to_str())
            results = []
            for text in COMPONENT_TEXTS:
                encoding = tokenizer.encode(text)
                results.append({"tokens": encoding.tokens, "offsets": described(encoding, [text], tokenizer)["offsets"]})
            found[key].append({"component": content[key[:-1]], "results": results})
    for component, tokens in DECODERS:
        vocab = {token: index for index, token in enumerate(dict.fromkeys(tokens))}
        tokenizer = Tokenizer(models.WordLevel(vocab, unk_token=tokens[0]))
        if component is not None:
            tokenizer.decoder = component
        ids = [vocab[token] for token in tokens]
        found["decoders"].append({
            "component": json.loads(tokenizer.to_str())["decoder"], "tokens": tokens,
            "decoded": tokenizer.decode(ids, skip_special_tokens=False),
        })
    return {"texts": COMPONENT_TEXTS, **found}


def write(name, content):
    with open(os.path.join(FOLDER, name), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
        file.write("\n")


def main():
    os.makedirs(FOLDER, exist_ok=True)
    golden = {"program": f"tokenizers {tokenizers.__version__}", "tokenizers": {}}
    for make in MAKERS:
        tokenizer = make()
        write(f"{make.__name__}.json", json.loads(tokenizer.to_str()))
        golden["tokenizers"][make.__name__] = cases(make.__name__, tokenizer)
    golden.update(window_cases())
    golden["components"] = component_cases()
    write("golden.json", golden)


if __name__ == "__main__":
    main()
