import { assert, assertEquals } from "@std/assert";

const main = new URL("./main.ts", import.meta.url).pathname;

/** Starts the command line in a process of its own, with what it needs to translate and no more. */
function start(...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--quiet", "--allow-read", main, ...args],
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
  await writer.write(encoder.encode("Open the file.\n"));
  const first = JSON.parse(await readLines(reader, 1));
  assertEquals(first.translation, "Öffnen Sie die Datei.");
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
      "heed: Cannot translate to fr: on offer is en to de\n",
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
