import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { place, withFolder } from "./_fixtures_test.ts";
import { files } from "./files.ts";
import { joinPath } from "./join_path.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const names = (folder: string) => [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of chunks) text += new TextDecoder().decode(chunk);
  return text;
}

Deno.test(
  "files read a file whole, in pieces, as a stream, by path and by URL",
  withFolder(async (folder) => {
    const path = await place(folder, "a b.txt", "\ufeff0123456789");
    for (
      const name of [path, new URL(`file://${folder}/a%20b.txt`), `file://${folder}/a%20b.txt`]
    ) {
      assertEquals(await files.readText(name), "0123456789");
      assertEquals((await files.readBytes(name)).length, 13);
      assertEquals(await files.size(name), 13);
      assert(await files.exists(name));
      assertEquals(await collect(files.stream(name, { offset: 10 })), "789");
      assertEquals(await collect(files.stream(name, { offset: 99 })), "");
      const file = await files.open(name);
      try {
        assertEquals(file.size, 13);
        assertEquals(await file.read(3, 4), utf8("0123"));
        assertEquals(await file.read(13, 0), new Uint8Array(0));
        await assertRejects(() => file.read(10, 4), RangeError, "the file has 13 bytes");
        await assertRejects(() => file.read(-1, 4), RangeError);
      } finally {
        await file.close();
        await file.close();
      }
    }
  }),
);

Deno.test(
  "readBytes() gives bytes at the start of a buffer of their own",
  withFolder(async (folder) => {
    const bytes = await files.readBytes(await place(folder, "small", "12345678"));
    assertEquals([bytes.byteOffset, bytes.buffer.byteLength], [0, 8]);
  }),
);

Deno.test(
  "files write, grow, list, rename and remove",
  withFolder(async (folder) => {
    const inner = joinPath(folder, "a/b");
    await files.makeDirectory(inner);
    await files.makeDirectory(inner);
    await files.writeAtomic(joinPath(inner, "z"), utf8("one"));
    await files.writeAtomic(joinPath(inner, "z"), [utf8("t"), utf8(""), utf8("wo")]);
    await files.appendText(joinPath(inner, "log"), "ä\n");
    await files.appendText(joinPath(inner, "log"), "b\n");
    assertEquals(await files.list(inner), ["log", "z"]);
    assertEquals(await files.readText(joinPath(inner, "z")), "two");
    assertEquals(await files.readText(joinPath(inner, "log")), "ä\nb\n");
    await files.rename(joinPath(inner, "log"), joinPath(inner, "z"));
    assertEquals(await files.list(inner), ["z"]);
    await files.remove(joinPath(folder, "a"));
    await files.remove(joinPath(folder, "a"));
    assertEquals(await files.exists(inner), false);
    assertEquals(await files.exists(joinPath(folder, "file/below")), false);
  }),
);

Deno.test(
  "append() keeps what came before the content failed",
  withFolder(async (folder) => {
    const path = await place(folder, "part", "a");
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield utf8("b");
      await Promise.reject(new RangeError("no more"));
    }
    await assertRejects(() => files.append(path, failing()), RangeError, "no more");
    await files.append(path, utf8("c"));
    assertEquals(await files.readText(path), "abc");
  }),
);

Deno.test(
  "writeAtomic() keeps the old file and leaves nothing when the content fails",
  withFolder(async (folder) => {
    const path = await place(folder, "model", "old");
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield utf8("new");
      await Promise.reject(new RangeError("no more"));
    }
    await assertRejects(() => files.writeAtomic(path, failing()), RangeError, "no more");
    assertEquals([names(folder), await Deno.readTextFile(path)], [["model"], "old"]);
  }),
);

Deno.test(
  "writeAtomic() puts a file in the place of a link and leaves the link's target alone",
  withFolder(async (folder) => {
    const target = await place(folder, "target", "untouched");
    const link = joinPath(folder, "link");
    await Deno.symlink(target, link);
    await files.writeAtomic(link, utf8("new"));
    assertEquals(await Deno.readTextFile(target), "untouched");
    assertEquals(await Deno.readTextFile(link), "new");
  }),
);

Deno.test(
  "writeAtomic() shows readers one of two whole files",
  withFolder(async (folder) => {
    const contents = ["a", "b"].map((letter) => utf8(letter.repeat(300_000)));
    const path = joinPath(folder, "model");
    await files.writeAtomic(path, contents[0]!);
    let writing = true;
    const writer = (async () => {
      for (let i = 0; i < 20; i++) await files.writeAtomic(path, contents[i % 2]!);
      writing = false;
    })();
    while (writing) {
      const bytes = await files.readBytes(path);
      assertEquals(bytes.length, 300_000);
      assertEquals(bytes.at(0), bytes.at(-1));
    }
    await writer;
    assertEquals(names(folder), ["model"]);
  }),
);

Deno.test(
  "a writer that is killed leaves the old file, and its remains go later",
  withFolder(async (folder) => {
    const path = await place(folder, "model", "old");
    const program = `
      import { files } from ${JSON.stringify(new URL("files.ts", import.meta.url).href)};
      async function* endless() {
        for (;;) {
          yield new Uint8Array(1 << 16);
          console.log("written");
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
      await files.writeAtomic(${JSON.stringify(path)}, endless());
    `;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-lock", `--allow-read=${folder}`, `--allow-write=${folder}`, "-"],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const input = child.stdin.getWriter();
    await input.write(utf8(program));
    await input.close();
    const output = child.stdout.getReader();
    await output.read(); // the temporary file has content now
    child.kill("SIGKILL");
    await output.cancel();
    assertEquals((await child.status).success, false);

    assertEquals(await Deno.readTextFile(path), "old");
    const [remains] = names(folder).filter((name) => name !== "model");
    assert(remains?.startsWith("model.") && remains.endsWith(".partial"), String(remains));

    // Another writer may be at work, so only what is an hour old is removed.
    await files.writeAtomic(path, utf8("new"));
    assertEquals(names(folder).length, 2);
    const old = new Date(Date.now() - 7_200_000);
    await Deno.utime(joinPath(folder, remains), old, old);
    await place(folder, "other.1.partial", "not of this file");
    await Deno.utime(joinPath(folder, "other.1.partial"), old, old);
    await files.writeAtomic(path, utf8("newer"));
    assertEquals(names(folder), ["model", "other.1.partial"]);
  }),
);

Deno.test(
  "errors say what was tried with which file, and why not",
  withFolder(async (folder) => {
    const none = joinPath(folder, "none");
    const missing = `${none}: no such file or folder`;
    await assertRejects(() => files.readBytes(none), Error, `Cannot read ${missing}`);
    await assertRejects(() => files.readText(none), Error, `Cannot read ${missing}`);
    await assertRejects(() => files.open(none), Error, `Cannot open ${missing}`);
    await assertRejects(() => files.size(none), Error, `Cannot measure ${missing}`);
    await assertRejects(() => files.list(none), Error, `Cannot list ${missing}`);
    await assertRejects(() => files.rename(none, none), Error, `Cannot rename ${missing}`);
    await assertRejects(() => collect(files.stream(none)), Error, `Cannot read ${missing}`);
    await assertRejects(
      () => files.writeAtomic(joinPath(folder, "none/a"), utf8("")),
      Error,
      "Cannot write",
    );
    await assertRejects(() => files.readBytes(folder), Error, "it is a folder");
    await assertRejects(() => files.open(folder), Error, "it is a folder");
    const bad = await place(folder, "bad", new Uint8Array([0xff]));
    await assertRejects(() => files.readText(bad), SyntaxError, "not valid UTF-8");
    await assertRejects(() => files.readText(""), RangeError, "it is empty");
    await assertRejects(() => files.readText("a\0b"), RangeError, "NUL");
  }),
);

Deno.test(
  "a stream can be stopped",
  withFolder(async (folder) => {
    const path = await place(folder, "long", new Uint8Array(1 << 20));
    const controller = new AbortController();
    const stream = files.stream(path, { signal: controller.signal })[Symbol.asyncIterator]();
    await stream.next();
    controller.abort(new Error("enough"));
    await assertRejects(() => stream.next(), Error, "enough");
  }),
);

Deno.test("sha256() gives the digests of FIPS 180-4's examples", async () => {
  const hash = files.sha256();
  hash.update(utf8("a"));
  hash.update(utf8("bc"));
  assertEquals(
    await hash.digest(),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  assertEquals(
    await files.sha256().digest(),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});

Deno.test({
  name: "environment() takes what may not be read for unset",
  permissions: { env: ["HEED_TEST_VARIABLE"] },
  fn: () => {
    Deno.env.set("HEED_TEST_VARIABLE", "value");
    assertEquals(files.environment("HEED_TEST_VARIABLE"), "value");
    Deno.env.set("HEED_TEST_VARIABLE", "");
    assertEquals(files.environment("HEED_TEST_VARIABLE"), undefined);
    assertThrows(() => Deno.env.get("HOME"));
    assertEquals(files.environment("HOME"), undefined);
  },
});
