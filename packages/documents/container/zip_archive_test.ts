import { assertEquals, assertThrows } from "@std/assert";
import { archiveOf } from "../testing/archives.ts";
import { ZipArchive } from "./zip_archive.ts";

const plain = archiveOf({ "a.txt": "one one one one", "b.txt": "two" });

/** The archive with numbers of 32 bits changed: in the record of the first file, from its beginning. */
function changed(at: number, value: number, { bytes = plain, size = 4 } = {}): Uint8Array {
  const copy = bytes.slice(), view = new DataView(copy.buffer);
  let record = 0;
  while (view.getUint32(record, true) !== 0x02014b50) record++;
  if (size === 4) view.setUint32(record + at, value, true);
  else view.setUint16(record + at, value, true);
  return copy;
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("ZipArchive reads files, and replaces some", () => {
  const archive = new ZipArchive(plain);
  assertEquals(archive.names, ["a.txt", "b.txt"]);
  assertEquals(text(archive.read("a.txt")), "one one one one");
  const other = new ZipArchive(
    archive.replace(new Map([["a.txt", new TextEncoder().encode("x")]])),
  );
  assertEquals([text(other.read("a.txt")), text(other.read("b.txt"))], ["x", "two"]);
});

Deno.test("ZipArchive refuses what is unsafe before it unpacks anything", () => {
  const refused: [Uint8Array, string][] = [
    [Uint8Array.of(1, 2, 3), "no ZIP archive"],
    [plain.subarray(0, plain.length - 3), "no ZIP archive"],
    [changed(24, 300 << 20), '"a.txt": unpacked it is more than 256 MB'],
    [changed(24, 200 << 20), '"a.txt": unpacked it is more than 500 times as large'],
    [changed(24, 0xffffffff), "more than 4 GB"],
    [changed(42, 5), '"a.txt" is not where the directory says'],
    [changed(8, 1, { size: 2 }), '"a.txt": it is encrypted'],
    [changed(20, 20), "lie over one another"],
    [archiveOf({ "../a.txt": "x" }), "leads out of it"],
    [archiveOf({ "/etc/passwd": "x" }), "leads out of it"],
    [archiveOf({ "C:a": "x" }), "leads out of it"],
    [archiveOf({ "a\\b": "x" }), "leads out of it"],
  ];
  for (const [bytes, message] of refused) {
    assertThrows(() => new ZipArchive(bytes), Error, message);
  }
});

Deno.test("ZipArchive refuses a file that is not what the directory says", () => {
  const packed = archiveOf({ "a.txt": "one ".repeat(1000) });
  const refused: [Uint8Array, string][] = [
    [changed(24, 3999, { bytes: packed }), "unpacked it is larger than it says"],
    [changed(24, 4001, { bytes: packed }), "it is cut off"],
    [changed(16, 1, { bytes: packed }), "its checksum is wrong"],
    [changed(10, 12, { bytes: packed, size: 2 }), "its compression 12 is not deflate"],
  ];
  for (const [bytes, message] of refused) {
    assertThrows(() => new ZipArchive(bytes).read("a.txt"), Error, message);
  }
  assertThrows(() => new ZipArchive(packed).read("b"), SyntaxError, 'it has no "b"');
});
