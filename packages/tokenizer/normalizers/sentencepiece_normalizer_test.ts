import { assertEquals, assertThrows } from "@std/assert";
import { buildCharsmap } from "./_charsmap_builder.ts";
import { SentencePieceNormalizer } from "./sentencepiece_normalizer.ts";

Deno.test("normalize() removes extra spaces, adds one in front, and escapes them", () => {
  const normalizer = new SentencePieceNormalizer({});
  assertEquals(normalizer.normalize("  a  b "), "▁a▁b");
  assertEquals(normalizer.normalize(""), "");
  assertEquals(normalizer.normalize("   "), "");
});

Deno.test("normalize() follows each switch", () => {
  const text = "  a  b ";
  const of = (spec: object, options = {}) =>
    new SentencePieceNormalizer(spec, options).normalize(text);
  assertEquals(of({ addDummyPrefix: false }), "a▁b");
  assertEquals(of({ removeExtraWhitespaces: false }), "▁▁▁a▁▁b▁");
  assertEquals(of({ escapeWhitespaces: false }), " a b");
  assertEquals(of({}, { treatWhitespaceAsSuffix: true }), "a▁b▁");
});

Deno.test("normalize() applies the longest rule from the left, and none inside user-defined symbols", () => {
  const precompiledCharsmap = buildCharsmap(
    new Map([["a", "1"], ["ab", "2"], ["abc", "3"], ["é", "e"], ["😀", ":)"], ["~", ""], [
      "_",
      " ",
    ]]),
  );
  const spec = { precompiledCharsmap, addDummyPrefix: false };
  const normalizer = new SentencePieceNormalizer(spec);
  assertEquals(normalizer.normalize("a ab abc abcd aab"), "1▁2▁3▁3d▁12");
  assertEquals(normalizer.normalize("é😀😁~x~"), "e:)😁x");
  assertEquals(normalizer.normalize("__x__ y_"), "x▁y");
  const symbols = new SentencePieceNormalizer(spec, { userDefinedSymbols: ["ab", "abca"] });
  assertEquals(symbols.normalize("abcab abca a"), "abcab▁abca▁1");
});

Deno.test("normalize() reads a lone surrogate as U+FFFD", () => {
  assertEquals(new SentencePieceNormalizer({}).normalize("a\ud800b\udc00"), "▁a\ufffdb\ufffd");
});

Deno.test("normalize() grows with replacements far longer than the text", () => {
  const precompiledCharsmap = buildCharsmap(new Map([["x", "y".repeat(5000)]]));
  const normalizer = new SentencePieceNormalizer({ precompiledCharsmap, addDummyPrefix: false });
  assertEquals(normalizer.normalize("xx"), "y".repeat(10000));
});

Deno.test("SentencePieceNormalizer refuses a broken character map", () => {
  for (const bytes of [[1], [0, 0, 0, 0, 1], [4, 0, 0, 0], [255, 255, 255, 255, 0, 0, 0, 0]]) {
    assertThrows(
      () => new SentencePieceNormalizer({ precompiledCharsmap: new Uint8Array(bytes) }),
      SyntaxError,
      "Cannot read precompiledCharsmap",
    );
  }
});

Deno.test("origins() point to what each unit was made of", () => {
  const precompiledCharsmap = buildCharsmap(
    new Map([["é", "e"], ["ab", "123"], ["😀", ":)"], ["~", ""], ["_", " "], ["½", " 1/2 "]]),
  );
  const of = (text: string, spec: object = {}, options = {}) => {
    const normalizer = new SentencePieceNormalizer({ precompiledCharsmap, ...spec }, options);
    const origins = [...normalizer.origins(text)];
    assertEquals(origins.length, normalizer.normalize(text).length + 1);
    return origins;
  };
  assertEquals(of("xéab😀!"), [0, 0, 1, 2, 2, 2, 4, 4, 6, 7]); // ▁xe123:)!
  assertEquals(of("~x~~y~"), [0, 1, 4, 6]); // ▁xy
  assertEquals(of("  a _ b  "), [2, 2, 3, 6, 7]); // ▁a▁b
  assertEquals(of("a½b"), [0, 0, 1, 1, 1, 1, 1, 2, 3]); // ▁a▁1/2▁b
  assertEquals(of("a½ "), [0, 0, 1, 1, 1, 1, 1]); // ▁a▁1/2
  assertEquals(of(" a b ", {}, { treatWhitespaceAsSuffix: true }), [1, 2, 3, 4, 4]); // a▁b▁
  assertEquals(of(" a ", { removeExtraWhitespaces: false }), [0, 0, 1, 2, 3]); // ▁▁a▁
  assertEquals(of("a\ud800b", { addDummyPrefix: false }), [0, 1, 2, 3]);
  assertEquals(of(""), [0]);
  assertEquals(of("  "), [0]);
});
