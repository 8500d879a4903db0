import { assert, assertEquals } from "@std/assert";
import { assets } from "@heed/model-en-de";
import type { GenerateOptions } from "@heed/search";
import type { TranslationDraft } from "./drafts.ts";
import type { TranslationModel } from "./model.ts";
import { Translator } from "./translator.ts";

const bytes = new TextEncoder(), text = new TextDecoder();

/** A model of bytes that writes what `answers` has for what it reads, a byte at a step. */
function writer(answers: Record<string, string>, { hasSlots = false } = {}): Translator {
  const model: TranslationModel = {
    maxSourceTokens: 100,
    maxTargetTokens: 100,
    generate(batch, { onToken }: GenerateOptions) {
      return Promise.resolve(batch.map((ids, sentence) => {
        const written = [...bytes.encode(answers[text.decode(Uint8Array.from(ids))])];
        written.forEach((id, step) => {
          const last = step === written.length - 1;
          onToken?.({ sentence, sequence: 0, step, id, last, logProb: 0 });
        });
        const tokenLogProbs = written.map(() => 0);
        return [{ ids: written, logProb: 0, score: 0, finished: true, tokenLogProbs }];
      }));
    },
    crossAttention: () => Promise.reject(new Error("none")),
    dispose: () => {},
  };
  const tokenizer = {
    encode: (source: string) => {
      const ids = [...bytes.encode(source)];
      const isSlot = hasSlots && /^⟦\d⟧$/u.test(source);
      return { ids, tokens: isSlot ? [source] : ids.map(String) };
    },
    decode: (ids: Iterable<number>) => text.decode(Uint8Array.from(ids)),
    idToToken: (id: number) => String(id),
  };
  return new Translator({ model, tokenizer });
}

async function draftsOf(translator: Translator, ...texts: string[]) {
  const drafts: TranslationDraft[] = [];
  const found = await translator.translate(texts, { onDraft: (draft) => drafts.push(draft) });
  const of = (text: number, sentence: number) =>
    drafts.filter((draft) => draft.text === text && draft.sentence === sentence)
      .map(({ translation }) => translation);
  return { of, drafts, translations: found.map(([{ translation }]) => translation) };
}

Deno.test("drafts grow letter by letter, and never hold half a character", async () => {
  const translator = writer({ "Open it.": "Öffne 🙂.", "Go.": "Geh.", "Stay.": "Bleib." });
  const { of, drafts } = await draftsOf(translator, "Open it.  Go.", "Stay.");
  assertEquals(of(0, 0), ["Ö", "Öf", "Öff", "Öffn", "Öffne", "Öffne 🙂", "Öffne 🙂."]);
  assertEquals(of(0, 1), ["G", "Ge", "Geh", "Geh."]);
  assertEquals(of(1, 0).at(-1), "Bleib.");
  assert(!drafts.some(({ translation }) => translation.includes("\uFFFD")));
});

Deno.test("drafts have the spans themselves, whole ones only", async () => {
  const answers = { "Save ⟦1⟧ in ⟦2⟧ now.": "In ⟦2⟧ jetzt ⟦1⟧ sichern." };
  const translator = writer(answers, { hasSlots: true });
  const { of, translations } = await draftsOf(translator, "Save {{name}} in /tmp/x now.");
  const whole = "In /tmp/x jetzt {{name}} sichern.";
  assertEquals([of(0, 0).at(-1), translations[0]], [whole, whole]);
  for (const draft of of(0, 0)) {
    assert(whole.startsWith(draft), draft);
    assert(!/[{]{1,2}[a-z]*$|⟦|\/t?m?p?$/u.test(draft), draft);
  }
});

Deno.test("drafts of a text in capitals are in capitals", async () => {
  const translator = writer({ "Open the file.": "Öffne die Datei." });
  const { of, translations } = await draftsOf(translator, "OPEN THE FILE.");
  assertEquals([of(0, 0).at(-1), translations[0]], ["ÖFFNE DIE DATEI.", "ÖFFNE DIE DATEI."]);
});

for (const keepCallerFree of [false, true]) {
  const where = keepCallerFree ? "in a worker" : "on this thread";
  Deno.test(`the shipped model's drafts are beginnings of its translation, ${where}`, async () => {
    const options = { device: "wasm", threads: 1, keepCallerFree } as const;
    using translator = await Translator.load(assets, options);
    const sources = ["Please open the file and save it again.", "The printer is out of paper."];
    const { of, translations } = await draftsOf(translator, ...sources);
    translations.forEach((translation, i) => {
      const drafts = of(i, 0);
      assert(drafts.length > 2, `${drafts.length} drafts`);
      for (const draft of drafts) assert(translation.startsWith(draft), draft);
    });
  });
}
