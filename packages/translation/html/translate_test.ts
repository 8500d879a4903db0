import { assert, assertEquals } from "@std/assert";
import type { GenerateOptions, Hypothesis } from "@heed/search";
import { ReversingModel, WordTokenizer } from "../testing/fake_model.ts";
import { Translator } from "../translator.ts";

/** A model that writes words for words in another order, with attention that says which are which. */
class WordModel extends ReversingModel {
  override readonly maxSourceTokens = 80;
  override readonly maxTargetTokens = 300;
  readonly #tokenizer: WordTokenizer;
  readonly #order: (words: string[]) => string[];

  constructor(tokenizer: WordTokenizer, order: (words: string[]) => string[]) {
    super();
    this.#tokenizer = tokenizer;
    this.#order = order;
  }

  override generate(inputIds: number[][], options: GenerateOptions): Promise<Hypothesis[][]> {
    this.batches.push(inputIds);
    this.options.push(options);
    return Promise.resolve(inputIds.map((source) => {
      const words = source.slice(0, -1).map((id) => this.#tokenizer.words[id]);
      const { ids } = this.#tokenizer.encode(this.#order(words).join(" "));
      return [{ ids, logProb: -1, score: -1, finished: true, tokenLogProbs: ids.map(() => 0) }];
    }));
  }
}

/** Words that differ in capitals only are one another's translation. */
class PairTokenizer extends WordTokenizer {
  override encode(text: string): { ids: number[]; tokens: string[] } {
    return super.encode(text.replaceAll("⟦", "⟦ "));
  }
}

async function translate(html: string, order: (words: string[]) => string[]) {
  const tokenizer = new PairTokenizer();
  const model = new WordModel(tokenizer, order);
  const [[best]] = await new Translator({ model, tokenizer }).translate([html], { format: "html" });
  return { ...best, model };
}

const copy = (words: string[]) => words;
const reverse = (words: string[]) => words.toReversed();

/** HTML, and what becomes of it when the words of each sentence are turned around. */
const reversed: readonly [html: string, translation: string][] = [
  ["<p>one <b>two</b> three</p>", "<p>three <b>two</b> one</p>"],
  ["<p>one <b>two three</b></p>", "<p><b>three two</b> one</p>"],
  ["<p><b>one two</b></p>", "<p><b>two one</b></p>"],
  ["<p><a href='x'><i>one two</i></a></p>", "<p><a href='x'><i>two one</i></a></p>"],
  ["one <b>two <i>three</i> four</b> five", "five <b>four <i>three</i> two</b> one"],
  ["one <b>two</b> <i>three</i> four", "four <i>three</i> <b>two</b> one"],
  ["one two<br>three four", "two one<br>four three"],
  ["<p>one <img src=x> two</p>", "<p>two one <img src=x></p>"],
  ["<p>run <code>ls -l</code> now</p>", "<p>now <code>ls -l</code> run</p>"],
  ["<p>see https://a.org/?a=1&amp;b=2 now</p>", "<p>now https://a.org/?a=1&amp;b=2 see</p>"],
  ["<p translate=no>one two</p><p>three four</p>", "<p translate=no>one two</p><p>four three</p>"],
  ["<p>one <i translate=no>x y</i> two</p>", "<p>two <i translate=no>x y</i> one</p>"],
  ["<p>5 &lt; 6 one</p>", "<p>one 6 &lt; 5</p>"],
  ["<p>one &copy; two</p>", "<p>two &copy; one</p>"],
  ['<p title="one two">three four</p>', '<p title="two one">four three</p>'],
  ['<p>one <img alt="a b"> two</p>', '<p>two one <img alt="b a"></p>'],
  ['<meta name="description" content="a b">', '<meta name="description" content="b a">'],
  ["<p>one <i title=word aria-label='a b'>two", "<p><i title=word aria-label='b a'>two one"],
  ["<p>R&D one</p>", "<p>one R&amp;D</p>"],
  ["<p>one\n  two</p>", "<p>two one</p>"],
  ["<!-- a b --><!doctype html><p>one two", "<!-- a b --><!doctype html><p>two one"],
  [
    "<script>one two</script><pre>one <b>two</b></pre>",
    "<script>one two</script><pre>one <b>two</b></pre>",
  ],
  ["<p>one two 😆</p>", "<p>two one 😆</p>"],
  ["<ul><li>one two<li>three four</ul>", "<ul><li>two one<li>four three</ul>"],
];

Deno.test("translate() of HTML puts tags around the words that they belong to", async () => {
  for (const [html, translation] of reversed) {
    assertEquals((await translate(html, reverse)).translation, translation, html);
  }
});

Deno.test("translate() of HTML takes an element over two sentences apart for neither", async () => {
  const { translation } = await translate("<p>One <b>two. Three four.</b> Five</p>", reverse);
  assertEquals(translation, "<p><b>two. One four. Three</b> Five</p>");
});

/** What real documents have, and what they should not. */
// deno-fmt-ignore
const fragments = [
  "<p>", "</p>", "<b>", "</b>", "<i class='x'>", "</i>", "<a href=\"https://a.org/?x=1&y=2\">", "</a>", "<br>", "<br/>",
  "<img src=x>", "<code>", "</code>", "<pre>", "</pre>", "<span translate=no>", "</span>", "<div translate=\"yes\">",
  "</div>", "<!-- c -->", "<script>var a = '<p>';</script>", "<", "&amp;", "&lt;", "&nbsp;", "& ", "&#x1F600;", "😆",
  "One", "two", "three.", "Four", "{name}", "%s", "a.b.c", " ", " ", " ", "\n", "  ", "?", "שלום",
];

/** What real documents do not have, or in attributes. */
// deno-fmt-ignore
const oddFragments = [
  '<img alt="two > three" src=y>', "<i title=&eacute;two>", '<meta name=description content="One &copy; two">',
  "<input placeholder=\"'Four'\">", "<a title='", "<b alt=two three", "</", "<!--", "-->", "<![CDATA[", "<?x", "&#0;", "&amp",
];

function randomHtml(seed: number, parts: readonly string[] = fragments): string {
  let state = seed * 2654435761 >>> 0;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
  return Array.from({ length: 1 + random(40) }, () => parts[random(parts.length)]).join("");
}

Deno.test("translate() of HTML gives the same bytes when the model copies, on random HTML", async () => {
  for (let seed = 0; seed < 1000; seed++) {
    const html = randomHtml(seed, [...fragments, ...oddFragments]);
    assertEquals((await translate(html, copy)).translation, html, String(seed));
  }
});

Deno.test("translate() of HTML has each tag and each word once, whatever the order, on random HTML", async () => {
  const parts = (html: string) =>
    (html.match(/<[^<>]*>|[\p{L}\p{N}]|[^\s\p{L}\p{N}<]/gu) ?? []).sort().join(" ");
  for (let seed = 0; seed < 400; seed++) {
    const html = randomHtml(seed);
    // What is bare is written as entities where it is moved.
    const plain = html.replaceAll("& ", "").replaceAll(/<(?![!/a-z])/g, "").replaceAll(
      "&nbsp;",
      " ",
    );
    const { translation } = await translate(plain, reverse);
    assertEquals(parts(translation), parts(plain), `${seed}: ${plain}\n${translation}`);
  }
});

Deno.test("translate() of HTML nests tags as well as its source does", async () => {
  const words = ["One", "two", "three", "four", "five"];
  for (let seed = 0; seed < 300; seed++) {
    let state = seed;
    const random = (below: number) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
    const build = (depth: number): string =>
      Array.from({ length: 1 + random(3) }, () => {
        const kind = random(3);
        const tag = ["b", "i", "a"][random(3)];
        return kind === 0 && depth < 3 ? `<${tag}>${build(depth + 1)}</${tag}>` : words[random(5)];
      }).join(" ");
    const { translation } = await translate(build(0), reverse);
    const open: string[] = [];
    for (const [, slash, name] of translation.matchAll(/<(\/?)(\w+)>/g)) {
      if (slash === "") open.push(name);
      else assertEquals(open.pop(), name, translation);
    }
    assert(open.length === 0);
  }
});

Deno.test("translate() of HTML goes from tag to tag where there is no attention", async () => {
  const tokenizer = new PairTokenizer();
  const model = new WordModel(tokenizer, (words) => words.map((word) => word.toUpperCase()));
  model.crossAttention = () => Promise.reject(new Error("none"));
  const translator = new Translator({ model, tokenizer });
  const html = "<p>one <b>two &amp; three</b>, four</p>";
  const [[best]] = await translator.translate([html], { format: "html" });
  assertEquals(best.translation, "<p>ONE <b>TWO &amp; THREE</b>, FOUR</p>");
  assertEquals(best.source, html);
});

Deno.test("translate() of HTML leaves a sentence of thousands of tags as it is", async () => {
  const html = `<p>one ${"<b>".repeat(20_000)}two${
    "</b>".repeat(20_000)
  } three</p><p>four five</p>`;
  const { translation } = await translate(html, reverse);
  assertEquals(translation, html.replace("four five", "five four"));
});

Deno.test("translate() asks for attention with a batch where half of it has tags, else for those alone", async () => {
  const asked = async (html: string) => {
    let attended = 0;
    class CountingModel extends ReversingModel {
      override crossAttention(...pair: Parameters<ReversingModel["crossAttention"]>) {
        attended++;
        return super.crossAttention(...pair);
      }
    }
    const model = new CountingModel();
    const translator = new Translator({ model, tokenizer: new WordTokenizer() });
    await translator.translate([html], { format: "html" });
    const { outputCrossAttention } = model.options[0] as { outputCrossAttention?: boolean };
    return [outputCrossAttention, attended];
  };
  const tagged = "<p>one <b>two</b> three</p>", plain = "<p>one two three</p>";
  assertEquals(await asked(plain.repeat(4)), [false, 0]);
  assertEquals(await asked(tagged + plain.repeat(3)), [false, 1]);
  // This model leaves it to crossAttention() all the same.
  assertEquals(await asked(tagged.repeat(2) + plain.repeat(2)), [true, 2]);
});
