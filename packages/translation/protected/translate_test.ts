import { assert, assertEquals } from "@std/assert";
import type { GenerateOptions, Hypothesis } from "@heed/search";
import { ReversingModel, WordTokenizer } from "../testing/fake_model.ts";
import { Translator } from "../translator.ts";
import type { TranslateOptions } from "../translation.ts";

/** A generator of numbers, the same for the same seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed * 2654435761 >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

/** What a model may do to a sentence; the tokens are words. */
type Mischief = (tokens: string[]) => string[];

/** A model that does mischief, and has attention that says where each word comes from. */
class MischievousModel extends ReversingModel {
  override readonly maxSourceTokens = 60;
  override readonly maxTargetTokens = 300;
  readonly #tokenizer: WordTokenizer;
  readonly #mischief: Mischief;

  constructor(tokenizer: WordTokenizer, mischief: Mischief) {
    super();
    this.#tokenizer = tokenizer;
    this.#mischief = mischief;
  }

  override generate(inputIds: number[][], options: GenerateOptions): Promise<Hypothesis[][]> {
    this.options.push(options);
    this.batches.push(inputIds);
    return Promise.resolve(inputIds.map((source) => {
      const words = source.slice(0, -1).map((id) => this.#tokenizer.words[id]);
      const { ids } = this.#tokenizer.encode(this.#mischief(words).join(" "));
      const found = { ids, logProb: -1, score: -1, finished: true };
      return Array.from({ length: options.numReturnSequences ?? 1 }, () => ({
        ...{ ...found, tokenLogProbs: ids.map(() => 0) },
      }));
    }));
  }
}

/** One token a word, but none for slots. */
class SlotlessTokenizer extends WordTokenizer {
  override encode(text: string): { ids: number[]; tokens: string[] } {
    return super.encode(text.replaceAll("⟦", "⟦ "));
  }
}

function translatorOf(mischief: Mischief, tokenizer: WordTokenizer) {
  const model = new MischievousModel(tokenizer, mischief);
  return { model, translator: new Translator({ model, tokenizer }) };
}

async function translated(
  text: string,
  mischief: Mischief,
  { tokenizer = new SlotlessTokenizer(), ...options }: TranslateOptions & {
    tokenizer?: WordTokenizer;
  } = {},
) {
  const { model, translator } = translatorOf(mischief, tokenizer);
  const [[best]] = await translator.translate([text], options);
  return { ...best, model };
}

const copy: Mischief = (words) => words;
const upperCase: Mischief = (words) => words.map((word) => word === "red" ? "rot" : word);

Deno.test("translate() leaves a text to the model whose spans it copies", async () => {
  const { translation, model } = await translated("The red %s in /etc/fstab .", upperCase);
  assertEquals(translation, "The rot %s in /etc/fstab .");
  assertEquals(model.batches.length, 1);
});

Deno.test("translate() has words stand for spans that the model does not copy", async () => {
  const noBraces: Mischief = (words) => words.map((word) => word.replace("}}", "}"));
  const { translation, model } = await translated(
    "Hi {{user.name}} , you are {{state}} .",
    noBraces,
  );
  assertEquals(translation, "Hi {{user.name}} , you are {{state}} .");
  assertEquals(model.batches.length, 2);
});

Deno.test("translate() has slot tokens stand for spans in a model that has them", async () => {
  const tokenizer = new WordTokenizer();
  const { translation, model } = await translated("The red %s and {b}", upperCase, { tokenizer });
  assertEquals(translation, "The rot %s and {b}");
  const read = model.batches.map(([ids]) => tokenizer.decode(ids));
  assertEquals(read, ["The red ⟦1⟧ and ⟦2⟧"]);
});

Deno.test("translate() insists on slot tokens where some were lost", async () => {
  const tokenizer = new WordTokenizer();
  let times = 0;
  const forgetful: Mischief = (words) =>
    times++ > 0 ? words : words.filter((word) => word !== "⟦2⟧");
  const { translation, model } = await translated("The red %s and {b}", forgetful, { tokenizer });
  assertEquals(translation, "The red %s and {b}");
  const required = model.options.map(({ requiredTokenIds }) => requiredTokenIds);
  const idOf = (word: string) => tokenizer.words.indexOf(word);
  assertEquals(required, [[[]], [[idOf("⟦1⟧"), idOf("⟦2⟧")]]]);
});

Deno.test("translate() gives spans their places in another order of words", async () => {
  const backwards: Mischief = (words) => words.map((word) => word.replace(/[{}]/g, "")).reverse();
  const { translation } = await translated("a {b} c {d} e", backwards);
  assertEquals(translation, "e {d} c {b} a");
});

Deno.test("translate() translates around spans where every stand-in is lost", async () => {
  const noDigits: Mischief = (words) =>
    words.filter((word) => !/[\d{}%]/.test(word)).map((word) => word === "red" ? "rot" : word);
  const { translation } = await translated("the red {a} and red {b}.", noDigits);
  assertEquals(translation, "the rot {a} and rot {b}.");
});

Deno.test("translate() keeps pictures by the words that they follow", async () => {
  const turned: Mischief = (words) => words.toReversed();
  assertEquals((await translated("one 😆 two three", turned)).translation, "three two one 😆");
  assertEquals((await translated("👋🏽 one two 🇩🇪 🎉", turned)).translation, "👋🏽 two one 🇩🇪 🎉");
  assertEquals((await translated("😆 🎉", turned)).translation, "😆 🎉");
});

Deno.test("translate() protects what the caller's patterns match, or nothing", async () => {
  const louder: Mischief = (words) => words.map((word) => word.replace(/e|%/, "!"));
  const protect = [/red\s+wine/];
  assertEquals(
    (await translated("good red wine here", louder, { protect })).translation,
    "good red wine h!re",
  );
  const { translation } = await translated("good %s", louder, { protect: false });
  assertEquals(translation, "good !s");
});

Deno.test("translate() asks once for a text without spans", async () => {
  const { model } = await translated("Nothing is red in here, or is it?", upperCase);
  assertEquals(model.batches.length, 1);
});

Deno.test("translate() loses and doubles no span of random texts, whatever the model does", async () => {
  // deno-fmt-ignore
  const spans = [
    "%s", "%1$s", "%(count)d", "{0}", "{name}", "{{ user.name }}", "${HOME}", "$1", "%n",
    "{n, plural, one {# file} other {# files}}", "https://a.org/x?y={z}&b=1", "jane@example.org",
    "/etc/fstab", "`rm -rf. Now!`", "foo_bar.baz", "--help", "😆", "👩‍👩‍👧", "🇩🇪🇫🇷", "<b>", "&amp;",
    "5 GB", "12.5 km", "$7.50", "-4 °C", "%%", "$(date -u)", "%TEMP%", "C:\\dir\\a.txt", "__NAME__", "#{x}", "&#39;",
  ];
  const plain = ["red", "the", "WORLD", "I", "house,", "and", "Stop.", "Why?", "X1", "5", "(so)"];
  for (let seed = 0; seed < 400; seed++) {
    const random = randomNumbers(seed);
    const pick = (list: readonly string[]) => list[random(list.length)];
    const words = Array.from({ length: 1 + random(25) }, () => pick(random(3) ? plain : spans));
    const text = words.reduce((text, word) => text + pick([" ", " ", " ", "  ", "\n"]) + word);
    const wildness = random(6);
    const mischief: Mischief = (tokens) =>
      tokens.flatMap((token) => {
        if (random(10) >= wildness) return [token];
        const half = token.slice(0, 1 + random(token.length));
        return [[], [token, token], [half], [token + token], ["{", token], [
          pick(spans.slice(0, 9)),
        ]][random(6)];
      });
    const tokenizer = seed % 2 ? new WordTokenizer() : new SlotlessTokenizer();
    const { translation } = await translated(text, mischief, { numBeams: 1, tokenizer });
    let [there, here] = [translation, text];
    for (const span of [...spans].sort((a, b) => b.length - a.length)) {
      const count = (text: string) => text.split(span).length - 1;
      assertEquals(count(there), count(here), `${span} of seed ${seed}: ${text} => ${translation}`);
      [there, here] = [there, here].map((text) => text.replaceAll(span, "\u0000"));
    }
  }
});

Deno.test("translate() keeps numbers with their units, and leaves bare ones to the model", async () => {
  const german: Mischief = (words) => words.map((word) => word.replace(".", ","));
  const { translation } = await translated("of 1.5 GB and 2.5 there are $7.25 left", german);
  assertEquals(translation, "of 1.5 GB and 2,5 there are $7.25 left");
});

Deno.test("translate() gives a text of spans and punctuation back without asking", async () => {
  for (const text of ["%s: {0}", "https://example.org/a", "😆", "`x` – /etc/fstab"]) {
    const { translation, model } = await translated(text, copy);
    assertEquals(translation, text);
    assert(model.batches.length === 0);
  }
});
