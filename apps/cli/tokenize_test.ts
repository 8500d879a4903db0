import { assertEquals, assertStringIncludes } from "@std/assert";
import { SentencePieceTokenizer } from "@heed/tokenizer";
import { fakeHost } from "./testing/fake_host.ts";
import { run } from "./program.ts";

const testdata = new URL("../../testdata/tokenizer/", import.meta.url).pathname;
const golden = JSON.parse(await Deno.readTextFile(`${testdata}json/golden.json`));

async function tokenize(args: string[], stdin: string | Uint8Array = "") {
  const host = fakeHost({ stdin });
  const exitCode = await run(["tokenize", ...args], host);
  return { exitCode, out: host.out(), errors: host.errors() };
}

/** The result of a command that is expected to succeed in silence. */
async function succeed(args: string[], stdin?: string): Promise<string> {
  const { exitCode, out, errors } = await tokenize(args, stdin);
  assertEquals([exitCode, errors], [0, ""]);
  return out;
}

async function failure(args: string[], stdin?: string): Promise<[number, string]> {
  const { exitCode, out, errors } = await tokenize(args, stdin);
  assertEquals(out, "");
  return [exitCode, errors.replaceAll(testdata, "TESTDATA/")];
}

Deno.test("heed tokenize encode --json equals Python's tokenizers, offsets in UTF-16 units", async () => {
  for (const name of ["bert", "gpt2", "llama", "unigram"]) {
    const cases = golden.tokenizers[name].single
      .filter(({ text }: { text: string }) => !/[\n\r]/.test(text));
    const stdin = cases.map(({ text }: { text: string }) => text + "\n").join("");
    const args = ["encode", "--tokenizer", `${testdata}json/${name}.json`, "--json"];
    const lines = (await succeed(args, stdin)).trimEnd().split("\n");
    assertEquals(lines.length, cases.length);
    for (const [i, line] of lines.entries()) {
      const { ids, tokens, offsets, ...rest } = JSON.parse(line);
      assertEquals([ids, offsets.flat()], [cases[i].ids, cases[i].offsets], cases[i].text);
      assertEquals([tokens.length, rest], [ids.length, {}]);
    }
  }
});

Deno.test("heed tokenize decode undoes encode, of ids and of JSON", async () => {
  const tokenizer = ["--tokenizer", `${testdata}json/gpt2.json`];
  const text = "The quick brown fox.\n\nNaïve 👍🏽\n";
  const ids = await succeed(["encode", ...tokenizer], text);
  assertEquals(ids.split("\n")[1], "");
  assertEquals(await succeed(["decode", ...tokenizer], ids), text);
  const json = await succeed(["encode", ...tokenizer, "--json"], text);
  assertEquals(await succeed(["decode", ...tokenizer], json), text);
  const list = `[${ids.split("\n")[0].split(" ").join(", ")}]\n`;
  const record = await succeed(["decode", ...tokenizer, "--json"], list);
  assertEquals(JSON.parse(record), { text: "The quick brown fox." });
});

Deno.test("heed tokenize uses the shipped model's tokenizer by default", async () => {
  const line = await succeed(["encode", "--json"], "Open the file.\n");
  const { ids, tokens, offsets } = JSON.parse(line);
  assertEquals(tokens.at(-1), "</s>");
  assertEquals([ids.length, offsets.length], [tokens.length, tokens.length]);
  assertEquals(await succeed(["decode"], `${ids.join(", ")}\n`), "Open the file.\n");
  const plain = await succeed(["encode", "--no-special-tokens"], "Open the file.\n");
  assertEquals(plain, `${ids.slice(0, -1).join(" ")}\n`);
  const kept = await succeed(["decode", "--keep-special-tokens"], `${ids.join(" ")}\n`);
  assertStringIncludes(kept, "</s>");
});

Deno.test("heed tokenize loads every kind of file and folder", async () => {
  const folder = await Deno.makeTempDir();
  const bert = JSON.parse(await Deno.readTextFile(`${testdata}json/bert.json`));
  const gpt2 = JSON.parse(await Deno.readTextFile(`${testdata}json/gpt2.json`));
  const byId = (vocab: Record<string, number>) =>
    Object.entries(vocab).sort(([, a], [, b]) => a - b).map(([token]) => token);
  for (const name of ["wordpiece", "merges", "pipeline", "pieces"]) {
    await Deno.mkdir(`${folder}/${name}`);
  }
  const merges = gpt2.model.merges.map((pair: string[]) => pair.join(" "));
  const files: Record<string, string> = {
    "wordpiece/vocab.txt": byId(bert.model.vocab).join("\n") + "\n",
    "merges/vocab.json": JSON.stringify(gpt2.model.vocab),
    "merges/merges.txt": `#version: 0.2\n${merges.join("\n")}\n`,
    "pipeline/tokenizer.json": JSON.stringify(bert),
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
  await Deno.copyFile(`${testdata}unigram.spm`, `${folder}/pieces/spiece.model`);
  const text = "The quick brown fox, naïve.\n";
  const encode = (path: string) => succeed(["encode", "--tokenizer", path, "--json"], text);
  const ids = async (path: string) => JSON.parse(await encode(path)).ids;

  const bertIds = await ids(`${testdata}json/bert.json`);
  assertEquals(await ids(`${folder}/pipeline`), bertIds);
  assertEquals(await ids(`${folder}/wordpiece`), bertIds);
  assertEquals(await ids(`${folder}/wordpiece/vocab.txt`), bertIds);
  const gpt2Ids = await ids(`${testdata}json/gpt2.json`);
  assertEquals(await ids(`${folder}/merges`), gpt2Ids);
  assertEquals(await ids(`${folder}/merges/vocab.json`), gpt2Ids);
  assertEquals(await ids(`${folder}/pieces`), await ids(`${testdata}unigram.spm`));
  await Deno.remove(folder, { recursive: true });
});

for (
  const [type, ending] of [["unigram", "spm"], ["bpe", "json"], ["wordpiece", "json"], [
    "word",
    "json",
  ]]
) {
  Deno.test(`heed tokenize train --type ${type} writes a file that encode reads`, async () => {
    const folder = await Deno.makeTempDir();
    const output = `${folder}/tokenizer.${ending}`;
    const corpus = `${testdata}corpus.txt`;
    const args = ["train", "--type", type, "--vocab-size", "274", "--input", corpus, corpus];
    const { exitCode, out, errors } = await tokenize([...args, "--output", output]);
    assertEquals([exitCode, out], [0, ""], errors);
    assertStringIncludes(errors, `Wrote ${output}, `);
    const first = (await Deno.readTextFile(corpus)).split("\n")[0];
    const encoded = await succeed(["encode", "--tokenizer", output, "--no-special-tokens"], first);
    const ids = encoded.trim().split(" ").map(Number);
    assertEquals(ids.length >= first.split(" ").length, true);
    const decoded = await succeed(["decode", "--tokenizer", output], encoded);
    const letters = (text: string) => text.toLowerCase().replace(/[^a-z]/g, "");
    assertEquals(letters(decoded).length > 0, true);
    if (type !== "word") assertEquals(letters(decoded), letters(first));
    const info = JSON.parse(await succeed(["info", "--tokenizer", output, "--json"]));
    assertEquals(info.vocabSize <= 300, true);
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("heed tokenize info says what a tokenizer is made of", async () => {
  const bert = await succeed(["info", "--tokenizer", `${testdata}json/bert.json`, "--json"]);
  assertEquals(JSON.parse(bert), {
    format: "tokenizer.json",
    vocabSize: 420,
    model: "WordPiece",
    normalizer: "BertNormalizer",
    preTokenizer: "BertPreTokenizer",
    postProcessor: "BertProcessing",
    decoder: "WordPiece",
    specialTokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
    addedTokens: 0,
  });
  const shown = await succeed(["info", "--tokenizer", `${testdata}json/llama.json`]);
  assertStringIncludes(shown, "normalizer      Prepend, Replace\n");
  const rules = await succeed(["info", "--tokenizer", `${testdata}rules.spm`]);
  assertStringIncludes(rules, "format          SentencePiece model\n");
  assertStringIncludes(await succeed(["info"]), "Marian model folder\n");
});

Deno.test("heed tokenize says in one line what went wrong", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/broken.json`, "{");
  await Deno.writeTextFile(`${folder}/odd.json`, '{"version":"1.0","model":{"type":"Magic"}}');
  await Deno.mkdir(`${folder}/empty`);
  const broken = await failure(["encode", "--tokenizer", `${folder}/broken.json`], "a\n");
  assertEquals(broken[0], 1);
  assertStringIncludes(broken[1], "broken.json: ");
  const odd = await failure(["encode", "--tokenizer", `${folder}/odd.json`], "a\n");
  assertEquals(odd[0], 1);
  assertStringIncludes(odd[1], "Magic");
  const empty = await failure(["info", "--tokenizer", `${folder}/empty`]);
  assertStringIncludes(empty[1], "it has none of tokenizer.json, ");
  assertEquals(await failure(["info", "--tokenizer", "/no/file"]), [
    1,
    "heed: Cannot read /no/file: there is no such file\n",
  ]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("heed tokenize decode names the line and what is wrong with it", async () => {
  const args = ["decode", "--tokenizer", `${testdata}json/bert.json`];
  const cases: [stdin: string, message: string][] = [
    ["99999\n", "heed: line 1: Cannot decode id 99999"],
    ["x\n", 'heed: line 1: Cannot read ids: "x" is none\n'],
    ["[1, -2]\n", "heed: line 1: Cannot read ids: -2 is none\n"],
    ['{"tokens": []}\n', 'heed: line 1: Cannot read ids: the JSON has no list "ids"\n'],
    ["[1\n", "heed: line 1: Cannot read ids: "],
  ];
  for (const [stdin, message] of cases) {
    const [exitCode, errors] = await failure(args, stdin);
    assertEquals(exitCode, 1);
    assertStringIncludes(errors, message);
  }
});

Deno.test("heed tokenize encode names lines that are not UTF-8", async () => {
  const args = ["encode", "--tokenizer", `${testdata}json/bert.json`];
  const { exitCode, out, errors } = await tokenize(args, new Uint8Array([97, 0xff, 10]));
  assertEquals([exitCode, out.split("\n").length], [0, 2]);
  assertEquals(errors, "heed: line 1 is not UTF-8: replaced what cannot be read\n");
});

Deno.test("heed tokenize refuses wrong usage", async () => {
  const corpus = `${testdata}corpus.txt`;
  const cases: [args: string[], message: string][] = [
    [[], "Usage: heed tokenize"],
    [["encod"], "Did you mean encode?"],
    [["train", "--input", corpus, "--output", "a.json"], "--type unigram writes .spm or .model"],
    [["train", "--type", "magic", "--input", corpus, "--output", "a.json"], "Allowed choices are"],
    [["train", "--vocab-size", "0", "--input", corpus, "--output", "a.spm"], "positive integer"],
    [["train", "--cased", "--input", corpus, "--output", "a.spm"], "belongs to wordpiece"],
    [["train", "--output", "a.spm"], "--input"],
  ];
  for (const [args, message] of cases) {
    const [exitCode, errors] = await failure(args);
    assertStringIncludes(errors, message);
    assertEquals(exitCode, 2, message);
  }
});

Deno.test("heed tokenize train gives a unigram vocabulary bytes, characters and symbols on request", async () => {
  const folder = await Deno.makeTempDir();
  const input = `${folder}/lines.txt`, output = `${folder}/pieces.spm`;
  await Deno.writeTextFile(input, "the cat ⟦1⟧ sat\nthe dog ⟦1⟧ sat\nthe cat sat\n".repeat(3));
  const train = (...args: string[]) =>
    run([...["tokenize", "train", "--input", input, "--output", output], ...args], host);
  const host = fakeHost();
  const asked = ["--required-chars", "Öß", "--user-defined-symbols", "⟦1⟧", "⟦2⟧"];
  assertEquals(
    await train("--byte-fallback", "--vocab-size", "274", ...asked),
    0,
    host.errors(),
  );
  const tokenizer = SentencePieceTokenizer.load(await Deno.readFile(output));
  for (const piece of ["Ö", "ß", "⟦1⟧", "⟦2⟧", "<0x00>"]) {
    assertEquals(tokenizer.tokenToId(piece) !== undefined, true, piece);
  }
  assertEquals(tokenizer.decode(tokenizer.encode("the 猫 ⟦2⟧ 😀").ids), "the 猫 ⟦2⟧ 😀");
  assertEquals(await train("--type", "bpe", "--byte-fallback", "--output", `${folder}/a.json`), 2);
  assertEquals(
    host.errors().includes("--byte-fallback with --type bpe: it belongs to unigram"),
    true,
  );
  await Deno.remove(folder, { recursive: true });
});
