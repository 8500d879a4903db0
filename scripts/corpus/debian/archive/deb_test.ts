import { assertEquals, assertRejects } from "@std/assert";
import { linkTarget, memberPath, readTar } from "./deb.ts";

/** A tar entry in the ustar format: a block of header, and content filled up to blocks. */
function entry(name: string, content = "", { type = "0", link = "" } = {}): Uint8Array {
  const bytes = new TextEncoder().encode(content);
  const block = new Uint8Array(512 + Math.ceil(bytes.length / 512) * 512);
  const put = (text: string, at: number) => block.set(new TextEncoder().encode(text), at);
  put(name, 0);
  put("0000644\0" + "0000000\0".repeat(2), 100);
  put(bytes.length.toString(8).padStart(11, "0") + "\0" + "0".repeat(11) + "\0", 124);
  put(" ".repeat(8) + type + link, 148);
  put("ustar\0" + "00", 257);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  put(sum.toString(8).padStart(6, "0") + "\0 ", 148);
  block.set(bytes, 512);
  return block;
}

function archive(...entries: Uint8Array[]): ReadableStream<Uint8Array> {
  return ReadableStream.from([...entries, new Uint8Array(1024)]);
}

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("readTar() reads what is wanted and nothing else", async () => {
  const long = "x".repeat(100_000);
  const { files } = await readTar(
    archive(entry("./usr/a", "first"), entry("./usr/b", long), entry("./usr/c", "third")),
    { wanted: (path) => path !== "usr/b" },
  );
  assertEquals([...files].map(([path, bytes]) => [path, decode(bytes)]), [
    ["usr/a", "first"],
    ["usr/c", "third"],
  ]);
});

Deno.test("readTar() refuses paths and links that lead out of the archive, and long files", async () => {
  const members = await readTar(
    archive(
      entry("../../etc/passwd", "x"),
      entry("/etc/passwd", "x"),
      entry("usr/out", "", { type: "2", link: "../../etc/passwd" }),
      entry("usr/in", "", { type: "2", link: "../etc/./file" }),
      entry("usr/hard", "", { type: "1", link: "./usr/a" }),
      entry("usr/long", "12345"),
      entry("usr/a", "1234"),
    ),
    { wanted: () => true, maxFileBytes: 4 },
  );
  assertEquals(members.refused, ["../../etc/passwd", "/etc/passwd", "usr/out", "usr/long"]);
  assertEquals([...members.links], [["usr/in", "etc/file"], ["usr/hard", "usr/a"]]);
  assertEquals([...members.files.keys()], ["usr/a"]);
});

Deno.test("readTar() tells of a damaged archive and of a source that fails", async () => {
  const damaged = entry("usr/a", "x");
  damaged[0] ^= 1;
  await assertRejects(() => readTar(archive(damaged), { wanted: () => true }));
  async function* failing() {
    yield entry("usr/a", "x");
    await Promise.resolve();
    throw new Error("Cannot read on");
  }
  await assertRejects(() => readTar(failing(), { wanted: () => true }), Error, "Cannot read on");
});

Deno.test("memberPath() and linkTarget() stay inside", () => {
  assertEquals(memberPath("./usr//share/./doc/"), "usr/share/doc");
  assertEquals(memberPath("usr/../.."), undefined);
  assertEquals(memberPath("usr/a\tb"), undefined);
  assertEquals(linkTarget("usr/share/doc/a", "b"), "usr/share/doc/b");
  assertEquals(linkTarget("usr/share/doc/a", "/usr/share/doc/b"), "usr/share/doc/b");
  assertEquals(linkTarget("usr/a", "../../../b"), undefined);
});
