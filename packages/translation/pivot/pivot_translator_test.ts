import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { LanguageError, type LanguagePair } from "../languages.ts";
import { Translator } from "../translator.ts";
import { joinLinks } from "./join_links.ts";
import { PivotTranslator } from "./pivot_translator.ts";

/** A translator that writes every letter as another one; counts its batches. */
function shifter(
  languages: readonly LanguagePair[],
  { by, score, batches = [] }: { by: number; score: number; batches?: number[] },
): { translator: Translator; disposed: () => number } {
  let disposed = 0;
  const shift = (id: number) => id >= 97 && id <= 122 ? (id - 97 + by) % 26 + 97 : id;
  const translator = new Translator({
    model: {
      maxSourceTokens: 100,
      maxTargetTokens: 100,
      generate: (batch, { numReturnSequences = 1 } = {}) => {
        batches.push(batch.length);
        return Promise.resolve(
          batch.map((ids) =>
            Array.from({ length: numReturnSequences }, () => ({
              ids: ids.map(shift),
              logProb: score * ids.length,
              score,
              finished: true,
              tokenLogProbs: ids.map(() => score),
            }))
          ),
        );
      },
      crossAttention: () => Promise.reject(new Error("none")),
      dispose: () => void disposed++,
    },
    tokenizer: {
      encode: (text) => ({
        ids: Array.from(text, (letter) => letter.codePointAt(0)!),
        tokens: [...text],
      }),
      decode: (ids) => String.fromCodePoint(...ids),
      idToToken: (id) => String.fromCodePoint(id),
    },
    languages,
  });
  return { translator, disposed: () => disposed };
}

const frEn = [{ source: "fr", target: "en" }], enDe = [{ source: "en-GB", target: "de" }];

Deno.test("PivotTranslator sends the sentences of all texts through both models", async () => {
  const batches: number[] = [];
  const first = shifter(frEn, { by: 1, score: -0.25, batches });
  const second = shifter(enDe, { by: 2, score: -0.5, batches });
  const translator = new PivotTranslator(first.translator, second.translator);
  assertEquals(translator.languages.map(({ source, target }) => [source, target]), [["fr", "de"]]);
  const texts = ["ab bb.\n\n- ac.", "ad."];
  const results = await translator.translate(texts, { from: "fr", to: "de" });
  assertEquals(results.map(([{ translation }]) => translation), ["de ee.\n\n- df.", "dg."]);
  assertEquals(results.map(([{ source }]) => source), texts);
  assertAlmostEquals(results[0][0].score, -0.75);
  assertEquals(batches.length, 2);
  translator.dispose();
  assertEquals([first.disposed(), second.disposed()], [1, 1]);
});

Deno.test("PivotTranslator keeps HTML, gives several translations, and streams", async () => {
  using translator = new PivotTranslator(
    shifter(frEn, { by: 1, score: -1 }).translator,
    shifter(enDe, { by: 2, score: -1 }).translator,
  );
  const html = '<p class="ab">ab</p><code>ab</code>';
  const [[page]] = await translator.translate([html], { format: "html" });
  assertEquals(page.translation, '<p class="ab">de</p><code>ab</code>');
  const ranked = await translator.translate(["ab"], { numBeams: 3, numReturnSequences: 3 });
  assertEquals(ranked[0].length, 3);
  const lines: string[] = [];
  for await (const [{ translation }] of translator.translateStream(["ab", "", "ac"])) {
    lines.push(translation);
  }
  assertEquals(lines, ["de", "", "df"]);
});

Deno.test("PivotTranslator says what does not go through two models", async () => {
  const make = (first: LanguagePair[], second: LanguagePair[]) =>
    new PivotTranslator(
      shifter(first, { by: 1, score: -1 }).translator,
      shifter(second, { by: 1, score: -1 }).translator,
    );
  assertThrows(
    () => make(frEn, [{ source: "de", target: "fr" }]),
    LanguageError,
    "the first model writes en, the second reads de",
  );
  using translator = make(frEn, enDe);
  await assertRejects(() => translator.translate(["a"], { to: "es" }), LanguageError, "fr to de");
  await assertRejects(
    () => translator.translate(["a"], { attention: true }),
    TypeError,
    "attention",
  );
  const glossary = { terms: [] } as never;
  await assertRejects(() => translator.translate(["a"], { glossary }), TypeError, "glossary");
});

Deno.test("joinLinks() joins what overlaps between, and keeps the surest of equal ones", () => {
  const link = (s: number, e: number, a: number, b: number, score: number) => ({
    source: { start: s, end: e },
    target: { start: a, end: b },
    score,
  });
  const first = [link(0, 3, 4, 7, 0.5), link(4, 8, 0, 3, 0.8), link(0, 3, 5, 9, 0.9)];
  const second = [link(0, 2, 10, 12, 0.5), link(4, 9, 0, 5, 1), link(20, 22, 6, 7, 1)];
  assertEquals(
    joinLinks(first, second).map((
      { source, target, score },
    ) => [source.start, target.start, score]),
    [[4, 10, 0.4], [0, 0, 0.9]],
  );
});
