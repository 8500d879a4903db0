import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assets } from "@heed/model-en-de";
import { clearCase } from "./testing/real_models.ts";

const main = new URL("./main.ts", import.meta.url).pathname;

/** Starts the command line in a process of its own, with what it needs to translate and no more. */
function start(...args: string[]): Deno.ChildProcess {
  return startWith({}, ...args);
}

/** Starts it with variables that it is permitted to read. */
function startWith(env: Record<string, string>, ...args: string[]): Deno.ChildProcess {
  const names = Object.keys(env).join(",");
  const permissions = ["--allow-read", ...names === "" ? [] : [`--allow-env=${names}`]];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--quiet", ...permissions, main, ...args],
    env,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

const encoder = new TextEncoder();

/** Reads until the text has so many lines. */
async function readLines(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  count: number,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  while (text.split("\n").length <= count) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  return text;
}

Deno.test("heed translate answers line by line, and exits 130 at Ctrl-C", async () => {
  await using child = start("translate", "--json", "--device", "wasm");
  const writer = child.stdin.getWriter();
  const reader = child.stdout.getReader();
  await writer.write(encoder.encode(`${clearCase.source}\n`));
  const first = JSON.parse(await readLines(reader, 1));
  assertEquals(first.translation, clearCase.translation);
  assert(first.score < 0 && first.score > -1, `score ${first.score}`);
  // The input is still open: nothing but the signal ends the command.
  await writer.write(encoder.encode("\n"));
  assertEquals(JSON.parse(await readLines(reader, 1)).source, "");
  child.kill("SIGINT");
  assertEquals((await child.status).code, 130);
  assertEquals(await new Response(child.stderr).text(), "");
  assertEquals(await readLines(reader, 1), "");
  await writer.abort().catch(() => {});
});

Deno.test("heed translate ends quietly when nobody reads any more", async () => {
  await using child = start("translate", "--num-beams", "1", "--device", "wasm");
  const writer = child.stdin.getWriter();
  const feeding = (async () => {
    for (let i = 0; i < 2000; i++) await writer.write(encoder.encode(`File ${i}.\n`));
    await writer.close();
  })().catch(() => {}); // the command ends before it has read everything
  const reader = child.stdout.getReader();
  await readLines(reader, 1);
  await reader.cancel();
  const stderr = new Response(child.stderr).text();
  assertEquals((await child.status).code, 0);
  assertEquals(await stderr, "");
  await feeding;
});

Deno.test("heed translate is interrupted while it computes on two threads", async () => {
  await using child = start("translate", "--device", "wasm", "--threads", "2");
  const writer = child.stdin.getWriter();
  const feeding = (async () => {
    const line = encoder.encode("Please enter your name and your password in this window.\n");
    for (let i = 0; i < 5000; i++) await writer.write(line);
  })().catch(() => {}); // the command ends before it has read everything
  const reader = child.stdout.getReader();
  await readLines(reader, 1);
  child.kill("SIGINT");
  // Read on to the end: a closed pipe would end the command too, and quietly.
  const rest = readLines(reader, Infinity);
  const stderr = new Response(child.stderr).text();
  assertEquals((await child.status).code, 130);
  assertEquals(await stderr, "");
  await rest;
  await writer.abort().catch(() => {});
  await feeding;
});

/** Runs a command to its end. */
async function finish(child: Deno.ChildProcess) {
  await child.stdin.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), errors: decoder.decode(stderr) };
}

Deno.test("heed evaluate says by what it translated, and translates by the same by default", async () => {
  const test = await Deno.makeTempFile();
  await Deno.writeTextFile(test, "Open the file.\tÖffnen Sie die Datei.\n");
  const ran = async (env: Record<string, string>, ...args: string[]) => {
    const quick = ["--num-beams", "1", "--max-new-tokens", "2"];
    const child = startWith(env, "evaluate", "--test", test, "--json", ...quick, ...args);
    const { code, out, errors } = await finish(child);
    assertEquals(code, 0, errors);
    const { device, engine, dtype, simd, threads } = JSON.parse(out);
    return [device, engine, dtype, simd, threads];
  };
  const [device, engine, dtype, simd, threads] = await ran({
    HEED_DEVICE: "wasm",
    HEED_THREADS: "3",
  });
  assertEquals([device, engine, dtype, threads], ["wasm", "engine", "int8", 3]);
  assertMatch(String(simd), /^(plain|relaxed-(u8|s8|i7))$/);
  assertEquals(
    await ran({ HEED_THREADS: "3", HEED_SIMD: "plain" }, "--dtype", "fp32", "--threads", "2"),
    ["wasm", "engine", "fp32", "plain", 2],
  );
  assertEquals(await ran({ HEED_DEVICE: "cpu" }), [
    ...["cpu", "tfjs", undefined, undefined, undefined],
  ]);
  await Deno.remove(test);
});

Deno.test("heed refuses what the engine cannot do, before it loads anything", async () => {
  const directory = await Deno.makeTempDir();
  for (const name of ["source.spm", "target.spm", "vocab.json"]) {
    await Deno.copyFile(new URL(name, assets.base), `${directory}/${name}`);
  }
  await Deno.writeTextFile(`${directory}/config.json`, '{"model_type": "bert"}');
  const cases: [env: Record<string, string>, args: string[], code: number, message: string][] = [
    [{}, ["--model", directory, "--device", "wasm"], 1, "Cannot run this model: the engine knows"],
    [{}, ["--model", directory, "--dtype", "int8"], 1, "Cannot compute in int8"],
    [{ HEED_THREADS: "two" }, [], 2, '"two" of HEED_THREADS'],
    [{ HEED_DEVICE: "cpu" }, ["--dtype", "int8"], 2, "Cannot compute in int8 on cpu"],
    [{ HEED_DEVICE: "wasm", HEED_SIMD: "wide" }, [], 1, '"wide" of the environment variable'],
  ];
  for (const [env, args, code, message] of cases) {
    const result = await finish(startWith(env, "translate", ...args, "Hello"));
    assertStringIncludes(result.errors, message);
    assertEquals([result.code, result.out], [code, ""]);
  }
  await Deno.remove(directory, { recursive: true });
});

Deno.test("heed says in one line what went wrong, and exits 1 or 2", async () => {
  const cases: [args: string[], code: number, message: string][] = [
    [
      ["translate", "--input", "/no/such/file"],
      1,
      "heed: Cannot read /no/such/file: there is no such file\n",
    ],
    [
      ["translate", "--to", "fr", "Hello"],
      2,
      "heed: Cannot translate to fr: on offer is en to de, de to en\n",
    ],
  ];
  for (const [args, code, message] of cases) {
    await using child = start(...args);
    await child.stdin.close();
    const [stdout, stderr] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    assertEquals([(await child.status).code, stdout, stderr], [code, "", message]);
  }
});

Deno.test("heed translate --from de --to en takes the model that ships for it", async () => {
  const child = start(
    "translate",
    "--from",
    "de",
    "--to",
    "en",
    "--device",
    "wasm",
    "--json",
    "Die Datei.",
  );
  const { code, out, errors } = await finish(child);
  assertEquals(code, 0, errors);
  assertMatch(JSON.parse(out).translation, /\bfile\b/);
});
