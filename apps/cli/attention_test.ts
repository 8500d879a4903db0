import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { clearCase, copyOfShipped, heedInEarnest, recurrentModel } from "./testing/real_models.ts";

const attention = (...args: string[]) => heedInEarnest(["attention", ...args]);
const pair = ["Close the file.", "Schließen Sie die Datei."];

/** Draws to a file of a temporary folder. */
async function drawn(ending: string, ...args: string[]): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/picture.${ending}`;
  const { exitCode, out, errors } = await attention(...args, "--out", path);
  assertEquals([exitCode, out, errors], [0, "", ""]);
  const bytes = await Deno.readFile(path);
  await Deno.remove(folder, { recursive: true });
  return bytes;
}

const drawnText = async (ending: string, ...args: string[]) =>
  new TextDecoder().decode(await drawn(ending, ...args));

interface PageData {
  readonly title: string;
  readonly groups: {
    readonly kind: string;
    readonly queries: string[];
    readonly keys: string[];
    readonly generatedFrom: number;
    readonly layers: { readonly layer: number; readonly heads: { readonly head: number }[] }[];
  }[];
}

async function pageData(...args: string[]): Promise<PageData> {
  const html = await drawnText("html", ...args);
  return JSON.parse(/id="attention-data">([\s\S]*?)<\/script>/.exec(html)![1]);
}

Deno.test("heed attention draws in the terminal what a translation looks at", async () => {
  const { exitCode, out, errors } = await attention(clearCase.source);
  assertEquals([exitCode, errors], [0, ""]);
  const [translation, empty, ...matrix] = out.trimEnd().split("\n");
  assertEquals([translation, empty], [clearCase.translation, ""]);
  const words = [...clearCase.translation.match(/\p{L}+|\p{P}/gu)!, "</s>"];
  const rows = matrix.slice(-words.length).map((line) => line.trimStart().split(" ")[0]);
  assertEquals(rows, words);
});

Deno.test("heed attention shows the end token apart from the full stop", async () => {
  const svg = await drawnText("svg", ...pair);
  const rows = new Map<string, Map<string, number>>();
  for (const [, query, key, weight] of svg.matchAll(/<title>(.*?) → (.*?): ([\d.]+)<\/title>/g)) {
    rows.set(query, (rows.get(query) ?? new Map()).set(key, Number(weight)));
  }
  const end = "&#60;/s&#62;";
  assertEquals([...rows.keys()].slice(-2), [".", end]);
  const [stop, last] = [rows.get(".")!, rows.get(end)!];
  assert(stop.get(".")! > 0.5, "the full stop is that of the source");
  assertEquals(Math.max(...last.values()), last.get(end), "the end is the end of the source");
});

Deno.test("heed attention decodes the translation that it is given, words or tokens", async () => {
  const words = await attention(...pair);
  assertEquals(words.out.split("\n").at(-2)!.trimStart().slice(0, 4), "</s>");
  assertStringIncludes(words.out, "Schließen ");
  // "file", the third source word, four columns behind the first, has the darkest sign of "Datei".
  assertMatch(words.out, /Datei {5}[#%@](?: |\n)/);
  assert(!words.out.includes("▁"));
  const tokens = await attention(...pair, "--tokens");
  assertStringIncludes(tokens.out, "▁die ");
  assert(tokens.out.split("\n").length > words.out.split("\n").length);
});

Deno.test("heed attention takes a target in another script", async () => {
  const { exitCode, out } = await attention("Close the file.", "Закройте файл 猫 שלום 😀");
  assertEquals(exitCode, 0);
  for (const word of ["Закройте", "файл", "猫", "שלום", "😀"]) assertStringIncludes(out, word);
});

Deno.test("heed attention draws SVG and PNG of the heads that it is told", async () => {
  const alignment = await drawnText("svg", ...pair);
  assertMatch(alignment, /^<svg [\s\S]*Schließen[\s\S]*<\/svg>\s*$/);
  assert(!alignment.includes('class="title"'));
  const dark = await drawnText("svg", ...pair, "--layer", "1", "--head", "2", "--theme", "dark");
  assertStringIncludes(dark, "Decoder to source, layer 1, head 2");
  const self = await drawnText("svg", ...pair, "--self");
  assertStringIncludes(self, "Encoder, last layer, mean of its heads");
  assert(!self.includes("Schließen"));
  const png = await drawn("PNG", ...pair);
  assertEquals([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
});

Deno.test("heed attention --lines draws lines between words, thicker for larger weights", async () => {
  const svg = await drawnText("svg", ...pair, "--lines");
  const lines = [...svg.matchAll(/stroke-width="([\d.]+)"><title>([^<]*): ([\d.]+)<\/title>/g)]
    .map(([, width, link, weight]) => ({ width: Number(width), link, weight: Number(weight) }));
  assertEquals(lines.find(({ link }) => link === "Datei → file")?.weight.toFixed(1), "1.0");
  const byWeight = lines.toSorted((a, b) => a.weight - b.weight).map(({ width }) => width);
  assertEquals(byWeight, byWeight.toSorted((a, b) => a - b));
  assert(byWeight.at(-1)! > 3 * byWeight[0]);
  const self = await drawnText("svg", pair[0], "--self", "--lines", "--tokens", "--head", "1");
  assertStringIncludes(self, "Encoder, last layer, head 1");
  assertStringIncludes(self, "▁the → ");
  const png = await drawn("png", ...pair, "--lines", "--theme", "dark");
  assertEquals([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
});

Deno.test("heed attention makes a page of all layers and heads", async () => {
  const { title, groups } = await pageData(...pair);
  assertEquals(title, "Close the file. → Schließen Sie die Datei.");
  const sizes = groups.map(({ kind, layers }) => [kind, layers.length, layers[0].heads.length]);
  assertEquals(sizes, [["encoder-self", 4, 4], ["decoder-self", 2, 4], ["cross", 2, 4]]);
  const [encoder, decoder, cross] = groups;
  assertEquals(encoder.queries, ["Close", "the", "file", ".", "</s>"]);
  assertEquals(cross.queries, ["Schließen", "Sie", "die", "Datei", ".", "</s>"]);
  assertEquals(decoder.queries, ["<pad>", "Schließen", "Sie", "die", "Datei", "."]);
  assertEquals(cross.generatedFrom, 6, "nothing was generated");
});

Deno.test("heed attention marks what was generated, and keeps to one layer", async () => {
  const { groups } = await pageData(pair[0], "--layer", "1", "--tokens", "--num-beams", "1");
  assertEquals(groups.map(({ layers }) => layers.map(({ layer }) => layer)), [[1], [1], [1]]);
  assertEquals(groups.map(({ generatedFrom }) => generatedFrom).slice(1), [1, 0]);
  // The encoder has layers that the decoder does not have.
  const deep = await pageData(pair[0], "--layer", "3");
  assertEquals(deep.groups.map(({ kind }) => kind), ["encoder-self"]);
});

Deno.test("heed attention draws a recurrent model's only head, and names what it lacks", async () => {
  const model = await recurrentModel("rnnsearch");
  const run = (...args: string[]) => attention(...pair, "--model", model, ...args);
  assertStringIncludes((await run()).out, "Datei");
  assertEquals((await run("--layer", "0", "--head", "0")).out, (await run()).out);
  assertStringIncludes((await run("--self")).errors, "a recurrent model has none");
  assertStringIncludes((await run("--layer", "1")).errors, "there is only 0");
  const { groups } = await pageData(...pair, "--model", model);
  assertEquals(groups.map(({ kind }) => kind), ["cross"]);
  await Deno.remove(model, { recursive: true });

  const without = await recurrentModel("rnnencdec");
  const { exitCode, errors } = await attention(pair[0], "--model", without);
  assertEquals(exitCode, 1);
  assertStringIncludes(errors, '"rnnencdec" has none');
  await Deno.remove(without, { recursive: true });
});

const bert = new URL("../../testdata/engine/bert", import.meta.url).pathname;
const long = "word ".repeat(1000);
const wrong: [args: string[], exitCode: number, message: string][] = [
  [[""], 2, "Cannot show attention of no text"],
  [["a", " "], 2, "an empty translation"],
  [["a", "--out", "a.jpg"], 2, "must end with .html, .svg, .png"],
  [["a", "--out", "picture"], 2, "must end with"],
  [["a", "--lines"], 2, "Cannot draw lines with characters: name a picture"],
  [["a", "--lines", "--out", "a.html"], 2, "Cannot draw lines alone on a page"],
  [["a", "--layer", "-1"], 2, "integer from 0"],
  [["a", "--head", "x"], 2, "integer from 0"],
  [["a", "--theme", "blue"], 2, "Allowed choices are"],
  [["a", "b", "c"], 2, "too many arguments"],
  [["a", "--to", "fr"], 2, "Cannot translate to fr"],
  [["a", "--layer", "2"], 1, "Cannot show layer 2 of the decoder: give 0 to 1"],
  [["a", "--self", "--layer", "4"], 1, "Cannot show layer 4 of the encoder: give 0 to 3"],
  [["a", "--head", "4"], 1, "Cannot show head 4 of the decoder: give 0 to 3"],
  [["a", "--out", "page.html", "--layer", "9"], 1, "Cannot show layer 9"],
  [["a", "--out", "/no/such/folder/a.svg"], 1, "Cannot write /no/such/folder/a.svg: there is no"],
  [[long], 1, "tokens and the model takes 512"],
  [["a", long], 1, "the target has"],
  [[long.slice(0, 2400), long.slice(0, 2400), "--out", "a.html"], 1, "Cannot make a page of 481"],
  // An encoder is drawn; this folder holds none for texts.
  [["a", "--model", bert], 1, "Cannot load a tokenizer from"],
  [["a", "--model", "/no/such/model"], 1, "there is no such folder"],
];

for (const [args, exitCode, message] of wrong) {
  const shown = args.map((arg) => arg.length > 40 ? `${arg.slice(0, 10)}…` : arg).join(" ");
  Deno.test(`heed attention ${shown} exits ${exitCode}`, async () => {
    const result = await attention(...args);
    assertStringIncludes(result.errors, message);
    assertEquals([result.exitCode, result.out], [exitCode, ""]);
  });
}

Deno.test("heed attention cannot write over a folder, and reports a damaged config", async () => {
  const folder = await Deno.makeTempDir({ suffix: ".svg" });
  const { exitCode, errors } = await attention("a", "--out", folder);
  assertEquals(exitCode, 1);
  assertStringIncludes(errors, `Cannot write ${folder}: it is a folder`);
  await Deno.remove(folder);

  const model = await copyOfShipped();
  await Deno.writeTextFile(`${model}/config.json`, "{");
  assertStringIncludes((await attention("a", "--model", model)).errors, "as JSON");
  await Deno.remove(model, { recursive: true });
});
