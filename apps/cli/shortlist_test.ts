import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { assets } from "@heed/model-en-de";
import { readShortlist, shortlistFile } from "@heed/translation";
import { run } from "./program.ts";
import { fakeHost, type FakeHostOptions } from "./testing/fake_host.ts";
import { openModel } from "@heed/model";

const pairs = [
  ["the house", "das Haus"],
  ["the book", "das Buch"],
  ["a book", "ein Buch"],
  ["a house", "ein Haus"],
  ["open the book", "öffne das Buch"],
  ["the house is open", "das Haus ist offen"],
];
const directory = await Deno.makeTempDir();
const text = `${directory}/pairs.tsv`, reversed = `${directory}/reversed.tsv`;
await Deno.writeTextFile(text, pairs.map((pair) => pair.join("\t") + "\tsome book\n").join(""));
await Deno.writeTextFile(
  reversed,
  pairs.map(([a, b]) => `${b}\t${a}\n`).join("") + "no tab\n\n\t\n",
);

/** A folder with the shipped model and no shortlist. */
async function modelFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ dir: directory });
  for (const { path } of assets.files) {
    if (path !== shortlistFile) await Deno.symlink(new URL(path, assets.base), `${folder}/${path}`);
  }
  return folder;
}

async function shortlist(args: string[], options?: FakeHostOptions) {
  const host = fakeHost(options);
  const exitCode = await run(["shortlist", ...args], host);
  return { exitCode, errors: host.errors(), host };
}

Deno.test("heed shortlist writes into the model's folder what its text says", async () => {
  const model = await modelFolder();
  const args = ["--model", model, "--data", text, "--best", "2", "--frequent", "1"];
  const { exitCode, errors } = await shortlist(args);
  assertEquals(exitCode, 0, errors);
  assertStringIncludes(errors, `Wrote ${model}/shortlist.safetensors: 259 tokens`);
  const found = (await readShortlist(model, { vocabSize: 8112 }))!;
  const tokenizer = await (await openModel(model)).marianTokenizer();
  const select = (source: string) => {
    const ids = [...found.select(tokenizer.encode(source).ids)];
    return ids.map((id) => tokenizer.idToToken(id)!).filter((token) => !token.startsWith("<0x"));
  };
  assertEquals(select(""), ["</s>", "<unk>", "▁das"].sort((a, b) => order(a) - order(b)));
  const book = select("book");
  for (const token of ["▁Buch", "▁book", "▁das", "</s>"]) assert(book.includes(token), token);
  assert(book.length <= 3 + 2 + 1, book.join(" "));
  assert(!book.includes("▁ein"));

  function order(token: string): number {
    return tokenizer.tokenToId(token)!;
  }
});

Deno.test("heed shortlist --reverse --out reads the lines the other way and writes where it is told", async () => {
  const model = await modelFolder();
  const outputs = [`${directory}/a.safetensors`, `${directory}/b.safetensors`];
  await shortlist(["--model", model, "--data", text, "--out", outputs[0]]);
  const args = ["--model", model, "--data", reversed, "--reverse", "--out", outputs[1]];
  assertEquals((await shortlist(args)).exitCode, 0);
  const [a, b] = await Promise.all(outputs.map((path) => Deno.readFile(path)));
  assertEquals(a, b);
  assertEquals(await readShortlist(model, { vocabSize: 8112 }), undefined);
});

Deno.test("heed shortlist takes several files and shows how far it is", async () => {
  const model = await modelFolder();
  const long = `${directory}/long.tsv`;
  await Deno.writeTextFile(long, "open the book\töffne das Buch\n".repeat(1500));
  const { exitCode, errors } = await shortlist(["--model", model, "--data", text, long], {
    stderrIsTerminal: true,
  });
  assertEquals(exitCode, 0);
  assertStringIncludes(errors, "1000 pairs read");
});

Deno.test("heed shortlist says what is wrong, and writes nothing then", async () => {
  const model = await modelFolder();
  const fails = async (args: string[], { code, message }: { code: number; message: string }) => {
    const { exitCode, errors } = await shortlist(args);
    assertEquals(exitCode, code, errors);
    assertStringIncludes(errors, message);
  };
  const data = ["--data", text];
  await fails(data, { code: 2, message: "--model" });
  await fails(["--model", model], { code: 2, message: "--data" });
  await fails(["--model", model, ...data, "--best", "-1"], { code: 2, message: "from 0" });
  await fails(["--model", "https://a.example/m", ...data], { code: 2, message: "with --out" });
  await fails(["--model", directory, ...data], { code: 1, message: "it has no config.json" });
  const missing = ["--model", model, "--data", `${directory}/none.tsv`];
  await fails(missing, { code: 1, message: "there is no such file" });
  const empty = `${directory}/empty.tsv`;
  await Deno.writeTextFile(empty, "no pair\n\n");
  await fails(["--model", model, "--data", empty], { code: 1, message: "no pair of source and" });
  await fails(["--model", model, ...data, "--out", `${directory}/none/x`], {
    code: 1,
    message: "Cannot write",
  });
  assertEquals(await readShortlist(model, { vocabSize: 8112 }), undefined);
});

Deno.test("heed shortlist stops when it is interrupted", async () => {
  const model = await modelFolder();
  const host = fakeHost();
  host.interrupt();
  assertEquals(await run(["shortlist", "--model", model, "--data", text], host), 130);
  assertEquals(await readShortlist(model, { vocabSize: 8112 }), undefined);
});
