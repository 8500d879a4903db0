import { assert, assertEquals } from "@std/assert";
import { assets } from "@heed/model-en-de";
import { readGlossary } from "../glossary/glossary.ts";
import { CopyingModel, ReversingModel, WordTokenizer } from "../testing/fake_model.ts";
import { randomText } from "../testing/random_text.ts";
import { type TranslateOptions, type Translation, Translator } from "../mod.ts";

function translatorOf(model = new ReversingModel({ maxSourceTokens: 60 })) {
  return new Translator({ model, tokenizer: new WordTokenizer() });
}

/** Links as the texts that they connect. */
function linked({ source, translation, alignment }: Translation): string[] {
  return alignment!.map((link) =>
    `${source.slice(link.source.start, link.source.end)}=` +
    translation.slice(link.target.start, link.target.end)
  );
}

/** A text, the words that are linked when the model turns it around, and its format. */
const reversed: readonly [text: string, links: string, format?: "html"][] = [
  ["one two three", "three=three two=two one=one"],
  ["one two\n\n  three four", "two=two one=one four=four three=three"],
  ["one {name} two", "two=two {name}={name} one=one"],
  ["one 😆 two three", "three=three two=two one=one"],
  ["we eat ice cream now", "now=now ice cream=Speiseeis eat=eat we=we"],
  ["Ice cream", "Ice cream=Speiseeis"],
  ["ONE TWO", "TWO=TWO ONE=ONE"],
  ["<p>one <b>two</b> &amp; three</p>", "three=three &amp;=&amp; two=two one=one", "html"],
  ['<p title="a b">one <b>two</b></p><p>x y', "two=two one=one y=y x=x", "html"],
  ["<p>one <code>x &lt; y</code> two", "two=two x &lt; y=x &lt; y one=one", "html"],
  ["<p>one <i>two 😆 three", "three=three two=two one=one", "html"],
  ["<p>we <b>eat ice cream</b> now", "now=now ice cream=Speiseeis eat=eat we=we", "html"],
];
const glossary = readGlossary("ice cream\tSpeiseeis");

Deno.test("translate() says which words belong together, by their places in both texts", async () => {
  for (const [text, links, format] of reversed) {
    const options: TranslateOptions = { alignment: true, format, glossary };
    const [[best]] = await translatorOf().translate([text], options);
    const found = linked(best).map((link) => link.replace(/<\/?(?:code|b|i)>/g, ""));
    assertEquals(found.join(" "), links, `${text} => ${best.translation}`);
  }
});

Deno.test("translate() says where the terms of the glossary were used", async () => {
  for (const [text, , format] of reversed) {
    const [[{ terms, source, translation }]] = await translatorOf().translate([text], {
      glossary,
      format,
    });
    const places = terms!.map(({ term, source: from, target: to }) => [
      ...[term, source.slice(from.start, from.end), translation.slice(to.start, to.end)],
    ]);
    const term = /ice cream/i.exec(text)?.[0];
    assertEquals(places, term ? [["ice cream", term, "Speiseeis"]] : [], text);
  }
});

Deno.test("translate() without alignment asks for none, with it in batches", async () => {
  let calls = 0;
  class BatchModel extends ReversingModel {
    crossAttentions(sources: number[][], targets: number[][]) {
      calls++;
      return Promise.all(sources.map((source, i) => this.crossAttention(source, targets[i])));
    }
  }
  const text = "one two x\nthree four x\nfive six x\nseven eight x";
  const translator = translatorOf(new BatchModel({ maxSourceTokens: 60 }));
  const [[plain]] = await translator.translate([text]);
  assertEquals([plain.alignment, plain.terms, calls], [undefined, undefined, 0]);
  const [[best]] = await translator.translate([text], { alignment: true, attention: true });
  assertEquals([best.alignment!.length, best.sentences!.length, calls], [12, 4, 1]);
});

Deno.test("translate() has places within the texts for every link of random texts", async () => {
  for (let seed = 0; seed < 200; seed++) {
    const text = randomText(seed).replaceAll("\u00ad", "");
    const translator = translatorOf(new CopyingModel());
    const [[best]] = await translator.translate([text], { alignment: true });
    for (const { source, target } of best.alignment!) {
      assert(source.start < source.end && source.end <= text.length, `seed ${seed}`);
      assert(target.start < target.end && target.end <= best.translation.length, `seed ${seed}`);
      const both = [text.slice(source.start, source.end)];
      both.push(best.translation.slice(target.start, target.end));
      assert(both.every((word) => word.trim() !== ""), `seed ${seed}`);
    }
  }
});

Deno.test("the shipped model's words are linked across tags, entities and placeholders", async () => {
  using translator = await Translator.load(assets, { device: "wasm", threads: 1 });
  const html =
    '<p title="Help">Please open the <b>window</b> of %s &amp; close the <i>door</i>.</p>';
  const [[best]] = await translator.translate([html], { alignment: true, format: "html" });
  const found = linked(best);
  for (const link of ["window=Fenster", "%s=%s", "&amp;=und", "door=Tür", ".=."]) {
    assert(found.some((one) => one.startsWith(link)), `${link} of ${found.join(" ")}`);
  }
  for (const { score } of best.alignment!) assert(score > 0 && score <= 1);
});
