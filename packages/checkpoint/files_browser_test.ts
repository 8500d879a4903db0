import { assertEquals, assertRejects } from "@std/assert";
import { urlFiles } from "./_files_browser.ts";
import { files } from "./files.ts";

const CONTENT = new TextEncoder().encode("0123456789abcdef");

/** Serves `CONTENT` at `/ranges` (which answers ranges) and `/plain` (which does not). */
async function withServer(test: (base: string, asked: string[]) => Promise<void>): Promise<void> {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "");
    asked.push(`${request.method} ${pathname} ${request.headers.get("range") ?? "all"}`);
    if (pathname === "/empty") {
      return range ? new Response(null, { status: 416 }) : new Response("");
    }
    if (pathname === "/broken") return new Response("no", { status: 500 });
    if (pathname !== "/ranges" && pathname !== "/plain") return new Response("", { status: 404 });
    if (pathname === "/plain" || range === null) return new Response(CONTENT);
    const begin = Number(range[1]);
    if (begin >= CONTENT.length) return new Response(null, { status: 416 });
    const end = range[2] ? Number(range[2]) + 1 : CONTENT.length;
    return new Response(CONTENT.slice(begin, end), {
      status: 206,
      headers: { "content-range": `bytes ${begin}-${end - 1}/${CONTENT.length}` },
    });
  });
  try {
    await test(`http://127.0.0.1:${server.addr.port}/`, asked);
  } finally {
    await server.shutdown();
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of chunks) text += new TextDecoder().decode(chunk);
  return text;
}

for (const [name, where] of [["urlFiles", urlFiles], ["files", files]] as const) {
  Deno.test(`${name} read a URL, with and without ranges`, () =>
    withServer(async (base) => {
      for (const path of ["ranges", "plain"]) {
        const url = base + path;
        assertEquals(await where.readBytes(new URL(url)), CONTENT);
        assertEquals(await where.readText(url), "0123456789abcdef");
        assertEquals(await where.size(url), 16);
        assertEquals(await where.exists(url), true);
        assertEquals(await collect(where.stream(url, { offset: 12 })), "cdef");
        assertEquals(await collect(where.stream(url, { offset: 16 })), "");
        const file = await where.open(url);
        assertEquals(file.size, 16);
        assertEquals(await file.read(2, 3), CONTENT.slice(2, 5));
        assertEquals(await file.read(16, 0), new Uint8Array(0));
        await assertRejects(() => file.read(15, 2), RangeError, "the file has 16 bytes");
        await file.close();
      }
      assertEquals((await where.open(base + "empty")).size, 0);
    }));
}

Deno.test("open() asks once for what is read often", () =>
  withServer(async (base, asked) => {
    for (const path of ["ranges", "plain"]) {
      asked.length = 0;
      const file = await urlFiles.open(base + path);
      await file.read(4, 8);
      await file.read(0, 2);
      assertEquals(asked, [`GET /${path} bytes=0-4194303`]);
    }
  }));

Deno.test("urlFiles tell a missing file from a broken server", () =>
  withServer(async (base) => {
    assertEquals(await urlFiles.exists(base + "none"), false);
    await assertRejects(() => urlFiles.exists(base + "broken"), Error, "answered 500");
    await assertRejects(() => urlFiles.readBytes(base + "none"), Error, "answered 404");
    await assertRejects(() => urlFiles.open(base + "none"), Error, "answered 404");
    await assertRejects(() => collect(urlFiles.stream(base + "none")), Error, "answered 404");
  }));

Deno.test("errors do not show the password of a URL", async () => {
  const error = await assertRejects(() => urlFiles.readBytes("http://ada:secret@127.0.0.1:1/x"));
  assertEquals((error as Error).message.includes("secret"), false);
});

Deno.test("urlFiles read data URLs and refuse paths and writing", async () => {
  assertEquals(await urlFiles.readText("data:,hello"), "hello");
  assertEquals((await urlFiles.open("data:,hello")).size, 5);
  await assertRejects(() => urlFiles.readText("model.json"), TypeError, "a browser has no files");
  await assertRejects(
    () => urlFiles.writeAtomic("http://127.0.0.1:1/x", CONTENT),
    TypeError,
    "Cannot write http://127.0.0.1:1/x: a URL can only be read",
  );
});

Deno.test("urlFiles take a name as relative to the page", () =>
  withServer(async (base, asked) => {
    Object.assign(globalThis, { document: { baseURI: base + "docs/page.html" } });
    try {
      assertEquals(await urlFiles.readText("../ranges"), "0123456789abcdef");
      assertEquals(await urlFiles.size("/plain"), 16);
    } finally {
      Reflect.deleteProperty(globalThis, "document");
    }
    assertEquals(asked, ["GET /ranges all", "HEAD /plain all"]);
  }));

Deno.test("files on disk refuse to write to a URL", async () => {
  const url = "http://127.0.0.1:1/x";
  await assertRejects(() => files.writeAtomic(url, CONTENT), TypeError, "can only be read");
  await assertRejects(() => files.appendText(url, "x"), TypeError, "can only be read");
  await assertRejects(() => files.remove(url), TypeError, "can only be read");
});

Deno.test("sha256() of a browser equals that of the disk", async () => {
  const digests = [urlFiles, files].map((where) => {
    const hash = where.sha256();
    const piece = new Uint8Array(1000);
    for (let i = 0; i < 5; i++) {
      piece.fill(i);
      hash.update(piece);
    }
    return hash.digest();
  });
  assertEquals(await digests[0], await digests[1]);
});
