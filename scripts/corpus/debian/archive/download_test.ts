import { assertEquals } from "@std/assert";
import { downloadPackages, groupPackages } from "./download.ts";
import type { PackageInfo } from "./packages.ts";

function info(name: string, size: number): PackageInfo {
  const file = `${name}_1_all.deb`;
  return { name, version: "1", source: name, size, sha256: "", file, usesDebconf: false };
}

Deno.test("groupPackages() keeps the order, and groups small", () => {
  const groups = groupPackages([info("a", 3e7), info("b", 1e7), info("c", 1), info("d", 9e7)]);
  assertEquals(groups.map((group) => group.map(({ name }) => name)), [["a", "b"], ["c"], ["d"]]);
});

Deno.test("groupPackages() puts at most 25 packages together", () => {
  const many = Array.from({ length: 26 }, (_, index) => info(`p${index}`, 1));
  assertEquals(groupPackages(many).map((group) => group.length), [25, 1]);
});

Deno.test("downloadPackages() does not fetch what is there with the right SHA-256", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/gate_1_all.deb`, "abc");
    // SHA-256 of "abc", FIPS 180-2, B.1.
    const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const gate = { ...info("gate", 3), sha256 };
    const downloads = downloadPackages([gate], { folder, environment: { PATH: "" } });
    assertEquals(await Array.fromAsync(downloads), [
      { info: gate, path: `${folder}/gate_1_all.deb` },
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
