import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fakeHost, type FakeHostOptions } from "./testing/fake_host.ts";
import { run } from "./program.ts";

async function translate(args: string[], options?: FakeHostOptions) {
  const host = fakeHost(options);
  const exitCode = await run(["translate", ...args], host);
  return { exitCode, out: host.out(), errors: host.errors(), host };
}

async function temporaryFile(content: string | Uint8Array): Promise<string> {
  const path = await Deno.makeTempFile();
  await (typeof content === "string"
    ? Deno.writeTextFile(path, content)
    : Deno.writeFile(path, content));
  return path;
}

Deno.test("heed translate translates each argument as one text", async () => {
  const { exitCode, out, errors } = await translate(["One. Two.\n- Three.", "four"]);
  assertEquals([exitCode, out, errors], [0, "ONE. TWO.\n- THREE.\nFOUR\n", ""]);
});

Deno.test("heed translate keeps lines, their ends and their order", async () => {
  const input = "one\r\n\n  two. Three.  \n\t\nlast";
  const expected = "ONE\r\n\n  TWO. THREE.  \n\t\nLAST";
  assertEquals((await translate([], { stdin: input })).out, expected);
  const path = await temporaryFile(input);
  assertEquals((await translate(["--input", path])).out, expected);
  const output = await temporaryFile(
    "what was there before, and is longer than the translation is",
  );
  const { out } = await translate(["--input", path, "--output", output]);
  assertEquals([out, await Deno.readTextFile(output)], ["", expected]);
  await Promise.all([path, output].map((file) => Deno.remove(file)));
});

Deno.test("heed translate takes HTML as one text, by the name of the file or when it is told", async () => {
  const html = '<p title="one">Two\nthree.</p>\r\n<code>four</code><br>5 &lt; six\n';
  const expected = '<p title="ONE">TWO THREE.</p>\r\n<code>four</code><br>5 &lt; SIX\n';
  const path = await Deno.makeTempFile({ suffix: ".HTML" });
  await Deno.writeTextFile(path, html);
  assertEquals((await translate(["--input", path])).out, expected);
  assertEquals((await translate(["--format", "html"], { stdin: html })).out, expected);
  assertEquals((await translate(["--format", "html", "<b>x</b>"])).out, "<b>X</b>\n");
  assertEquals((await translate(["--format", "html"], { stdin: "" })).out, "");
  const { out } = await translate(["--format", "text", "--input", path]);
  assertEquals(out.split("\n").length, 4);
  await Deno.remove(path);
});

Deno.test("heed translate keeps or drops mnemonics", async () => {
  const translated = async (...args: string[]) => (await translate([...args, "&Open"])).out;
  assertEquals(await translated("--mnemonics", "keep"), "&OPEN\n");
  assertEquals(await translated("--mnemonics", "drop"), "OPEN\n");
  assertEquals((await translate(["--mnemonics", "no", "x"])).exitCode, 2);
  const html = await translate(["--mnemonics", "keep", "--format", "html", "x"]);
  assertEquals(html.exitCode, 2);
  assertStringIncludes(html.errors, "Cannot keep mnemonics in HTML, whose & begins an entity");
});

Deno.test("heed translate leaves protected parts as they are", async () => {
  assertEquals((await translate(["open {file} now"])).out, "OPEN {file} NOW\n");
  assertEquals((await translate(["--no-protect", "open {file}"])).out, "OPEN {FILE}\n");
  const args = ["--protect", "red wine", "--protect", "b.er", "one red wine, one beer, {x}"];
  assertEquals((await translate(args)).out, "ONE red wine, ONE beer, {x}\n");
  const { exitCode, errors } = await translate(["--protect", "(", "x"]);
  assertEquals(exitCode, 2);
  assertStringIncludes(errors, "no regular expression");
});

Deno.test("heed translate --glossary translates terms as the file says", async () => {
  const path = await temporaryFile("ice cream\tSpeiseeis\n");
  const { out } = await translate(["--glossary", path, "Ice cream is cold", "nice"]);
  assertEquals(out, "Speiseeis IS COLD\nNICE\n");
  await Deno.writeTextFile(path, "ice cream\n");
  const { exitCode, errors } = await translate(["--glossary", path, "x"]);
  assertEquals(exitCode, 1);
  assertStringIncludes(errors, "line 1 of the glossary");
  await Deno.remove(path);
});

Deno.test("heed translate takes terms of TBX, of --term, and inflected ones", async () => {
  const path = await Deno.makeTempFile({ suffix: ".tbx" });
  const section = (language: string, term: string) =>
    `<langSec xml:lang="${language}"><termSec><term>${term}</term></termSec></langSec>`;
  const concept = `<conceptEntry>${section("en", "cart")}${section("de", "Korb")}</conceptEntry>`;
  await Deno.writeTextFile(path, `<tbx><text><body>${concept}</body></text></tbx>`);
  const args = ["--glossary", path, "--term", "shop = Laden", "Cart, carts and shop"];
  const languages = ["--from", "en", "--to", "de"];
  assertEquals((await translate([...languages, ...args])).out, "Korb, CARTS AND Laden\n");
  const inflected = await translate([...languages, "--inflected", "--json", ...args]);
  const { translation, terms } = JSON.parse(inflected.out);
  assertEquals(translation, "Korb, Korb AND Laden");
  assertEquals(terms.map(({ term }: { term: string }) => term), ["cart", "cart", "shop"]);
  assertEquals(terms[1].source, { start: 6, end: 11 });
  assertEquals((await translate(args)).exitCode, 2);
  assertEquals((await translate(["--inflected", "x"])).exitCode, 2);
  assertEquals((await translate(["--term", "=x", "x"])).exitCode, 2);
  await Deno.remove(path);
});

Deno.test("heed translate passes an empty input through", async () => {
  assertEquals((await translate([])).out, "");
  assertEquals((await translate([], { stdin: "\n\n" })).out, "\n\n");
  assertEquals((await translate([""])).out, "\n");
});

Deno.test("heed translate --json writes one object for each line", async () => {
  const { out } = await translate(["--json"], { stdin: "one\n\ntwo" });
  assertEquals(out.trimEnd().split("\n").map((line) => JSON.parse(line)), [
    { source: "one", translation: "ONE", score: -0.5 },
    { source: "", translation: "", score: 0 },
    { source: "two", translation: "TWO", score: -0.5 },
  ]);
});

Deno.test("heed translate --json --attention adds tokens and the matrix", async () => {
  const { out } = await translate(["--json", "--attention", "ab"]);
  const { sourceTokens, targetTokens, attention } = JSON.parse(out);
  assertEquals(sourceTokens, ["a", "b", "</s>"]);
  assertEquals(targetTokens, ["A", "B", "</s>"]);
  assertEquals(attention, Array(3).fill(Array(3).fill(0.333333)));
});

Deno.test("heed translate --confidence marks doubtful words", async () => {
  const { exitCode, out } = await translate(["--confidence"], {
    isCalibrated: true,
    stdin: "a abc, b.\r\n\nab\n",
  });
  // A letter has the probability exp(-1/2): three letters are doubtful, two are not.
  assertEquals([exitCode, out], [0, "A [ABC?], B.\r\n\nAB\n"]);
});

Deno.test("heed translate --json tells confidence, with --confidence of words too", async () => {
  const plain = JSON.parse((await translate(["--json", "ab c"], { isCalibrated: true })).out);
  const probability = (letters: number) => Number(Math.exp(-letters / 2).toFixed(6));
  assertEquals(plain, {
    source: "ab c",
    translation: "AB C",
    score: -0.5,
    confidence: probability(1),
  });
  const args = ["--json", "--confidence", "ab c"];
  const { words, ...rest } = JSON.parse((await translate(args, { isCalibrated: true })).out);
  assertEquals(rest, plain);
  assertEquals(words, [
    { text: "AB", start: 0, end: 2, probability: probability(2), confidence: probability(2) },
    { text: "C", start: 3, end: 4, probability: probability(1), confidence: probability(1) },
  ]);
});

Deno.test("heed translate --confidence needs a calibration", async () => {
  const { exitCode, out, errors } = await translate(["--confidence", "a"]);
  assertEquals([exitCode, out], [1, ""]);
  assertStringIncludes(errors, "heed calibrate --model DIR --data FILE --write");
});

Deno.test("heed translate --num-return-sequences writes the n best", async () => {
  const args = ["--num-return-sequences", "2"];
  assertEquals((await translate([...args], { stdin: "a\r\nb" })).out, "A\r\nA!\r\nB\nB!");
  const { out } = await translate([...args, "--json", "a"]);
  assertEquals(out.trimEnd().split("\n").map((line) => JSON.parse(line)), [
    { source: "a", translation: "A", score: -0.5, rank: 1 },
    { source: "a", translation: "A!", score: -1, rank: 2 },
  ]);
});

Deno.test("heed translate names lines that are not UTF-8 and goes on", async () => {
  const stdin = Uint8Array.of(97, 10, 98, 0xff, 99, 10, 100, 10);
  const { exitCode, out, errors } = await translate([], { stdin });
  assertEquals([exitCode, out], [0, "A\nB\ufffdC\nD\n"]);
  assertEquals(errors, "heed: line 2 is not UTF-8: replaced what cannot be read\n");
});

Deno.test("heed translate takes a line of 10,000 words and one of 10,000 letters", async () => {
  const words = Array.from({ length: 10_000 }, (_, i) => `w${i}`).join(" ");
  const letters = "x".repeat(10_000);
  const { out } = await translate([], { stdin: `${words}\n${letters}\n` });
  assertEquals(out, `${words}\n${letters}\n`.toUpperCase());
});

Deno.test("heed translate holds few lines of an endless input, and ends at a broken pipe", async () => {
  let read = 0;
  async function* stdin() {
    const encoder = new TextEncoder();
    while (true) {
      yield encoder.encode(`line ${read++}\n`);
      await Promise.resolve();
    }
  }
  let written = 0;
  const { exitCode, errors } = await translate([], {
    stdin: stdin(),
    onWrite: () => {
      if (written === 1000) throw new Deno.errors.BrokenPipe();
      written++;
    },
  });
  assertEquals([exitCode, errors], [0, ""]);
  assert(read - written <= 512, `read ${read}, written ${written}`);
});

Deno.test("heed translate exits 130 when interrupted, and keeps what is written", async () => {
  const output = await temporaryFile("");
  async function* stdin() {
    yield new TextEncoder().encode("one\ntwo\n");
    // The lines before are answered while this waits; then Ctrl-C is pressed.
    const part = `${output}.part`;
    while ((await Deno.readTextFile(part).catch(() => "")) === "") {
      await new Promise((r) => setTimeout(r, 5));
    }
    host.interrupt();
    await new Promise(() => {});
  }
  const host = fakeHost({ stdin: stdin() });
  const exitCode = await run(["translate", "--output", output], host);
  assertEquals(exitCode, 130);
  assertStringIncludes(host.errors(), `what there is so far is in ${output}.part`);
  assertEquals(await Deno.readTextFile(`${output}.part`), "ONE\nTWO\n");
  await Deno.remove(output);
  await Deno.remove(`${output}.part`);
});

Deno.test("heed translate hands its options on", async () => {
  const { host } = await translate(["--device", "wasm", "a"]);
  const nothing = {
    dtype: undefined,
    threads: undefined,
    maxSentenceTokens: undefined,
    shortlist: true,
  };
  assertEquals(host.loaded[0].options, { ...nothing, device: "wasm" });
  assertEquals((host.loaded[0].model as { name: string }).name, "en-de");
  const other = await translate(["--max-sentence-tokens", "30", "a"], {
    environment: { HEED_DEVICE: "webgpu" },
  });
  assertEquals(other.host.loaded[0].options, {
    ...nothing,
    device: "auto",
    maxSentenceTokens: 30,
  });
  const whole = await translate(["--no-shortlist", "a"]);
  assertEquals(whole.host.loaded[0].options, { ...nothing, device: "auto", shortlist: false });
  const engine = await translate(["--dtype", "fp32", "--threads", "3", "a"], {
    environment: { HEED_THREADS: "wrong, but not asked" },
  });
  assertEquals(engine.host.loaded[0].options, {
    ...nothing,
    device: "auto",
    dtype: "fp32",
    threads: 3,
  });
});

const directory = await Deno.makeTempDir();
const german = `${directory}/german`;
await Deno.mkdir(german);
await Deno.writeTextFile(
  `${german}/tokenizer_config.json`,
  JSON.stringify({ source_lang: "de", target_lang: "en" }),
);
addEventListener("unload", () => Deno.removeSync(directory, { recursive: true }));

const wrong: [title: string, args: string[], exitCode: number, message: string][] = [
  [
    "an unknown language",
    ["--to", "fr", "a"],
    2,
    "Cannot translate to fr: on offer is en to de, de to en",
  ],
  ["the name of a language", ["--from", "english", "a"], 2, "did you mean en?"],
  ["another language than the model's", ["--model", german, "--from", "en", "a"], 2, "de to en"],
  ["an unknown option", ["--num-beam", "2", "a"], 2, "Did you mean --num-beams?"],
  ["no beams", ["--num-beams", "0", "a"], 2, "must be a positive integer"],
  ["half a beam", ["--num-beams", "1.5", "a"], 2, "must be a positive integer"],
  ["a length penalty in words", ["--length-penalty", "long", "a"], 2, "must be a number"],
  ["more translations than beams", ["--num-return-sequences", "9", "a"], 2, "--num-beams"],
  ["an unknown device", ["--device", "tpu", "a"], 2, "auto, webgpu, wasm"],
  ["an unknown dtype", ["--dtype", "int4", "a"], 2, "int8, fp32"],
  [
    "a dtype on WebGPU",
    ["--dtype", "int8", "--device", "webgpu", "a"],
    2,
    "only the engine, on wasm",
  ],
  ["no threads", ["--threads", "0", "a"], 2, "must be a positive integer"],
  ["half a thread", ["--threads", "0.5", "a"], 2, "must be a positive integer"],
  ["an option without a value", ["--input"], 2, "argument missing"],
  ["texts and a file", ["--input", "f", "a"], 2, "give one of them"],
  ["attention as plain text", ["--attention", "a"], 2, "add --json"],
  ["no such input", ["--input", "/no/such/file"], 1, "Cannot read /no/such/file: there is no such"],
  ["a folder as input", ["--input", directory], 1, "it is a folder"],
  ["no such folder for the output", ["--output", "/no/such/file", "a"], 1, "Cannot write"],
  ["a folder as output", ["--output", directory, "a"], 1, "it is a folder"],
  ["no such model", ["--model", "/no/such/model", "a"], 1, "there is no such folder"],
  ["a file as model", ["--model", `${german}/tokenizer_config.json`, "a"], 2, "give the folder"],
];

for (const [title, args, exitCode, message] of wrong) {
  Deno.test(`heed translate refuses ${title}`, async () => {
    const result = await translate(args);
    assertStringIncludes(result.errors, message);
    assertEquals([result.exitCode, result.out], [exitCode, ""], result.errors);
    assert(!result.errors.includes("    at "), "there is a stack");
  });
}

Deno.test("heed translate does not overwrite its input", async () => {
  const path = await temporaryFile("one\n");
  const { exitCode, errors } = await translate(["--input", path, "--output", path]);
  assertStringIncludes(errors, "it is the input");
  assertEquals([exitCode, await Deno.readTextFile(path)], [2, "one\n"]);
  await Deno.remove(path);
});

Deno.test("heed translate refuses an unknown device in HEED_DEVICE", async () => {
  const { exitCode, errors } = await translate(["a"], { environment: { HEED_DEVICE: "tpu" } });
  assertStringIncludes(errors, "of HEED_DEVICE");
  assertEquals(exitCode, 2);
});

Deno.test("heed translate refuses a dtype where HEED_DEVICE names WebGPU", async () => {
  const environment = { HEED_DEVICE: "webgpu" };
  const { exitCode, errors } = await translate(["--dtype", "fp32", "a"], { environment });
  assertStringIncludes(errors, "Cannot compute in fp32 on webgpu");
  assertEquals(exitCode, 2);
});

for (const variable of ["0", "two", "1.5", "-1"]) {
  Deno.test(`heed translate refuses HEED_THREADS=${variable}`, async () => {
    const { exitCode, errors } = await translate(["a"], {
      environment: { HEED_THREADS: variable },
    });
    assertStringIncludes(errors, `"${variable}" of HEED_THREADS`);
    assertEquals(exitCode, 2);
  });
}

Deno.test("heed translate shows a stack with HEED_DEBUG", async () => {
  const args = ["--input", "/no/such/file"];
  const { errors } = await translate(args, { environment: { HEED_DEBUG: "1" } });
  assertStringIncludes(errors, "    at ");
});
