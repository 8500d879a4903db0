import { assert, assertEquals } from "@std/assert";
import { assets } from "./mod.ts";
import manifest from "./deno.json" with { type: "json" };

/** JSR refuses a package of more. */
const MAX_PACKAGE_BYTES = 20_000_000;

Deno.test("assets have the version of the package", () => {
  assertEquals(assets.version, manifest.version);
});

Deno.test("assets name every file of the model, with its length and SHA-256", async () => {
  const names = [...Deno.readDirSync(assets.base)].map((entry) => entry.name).sort();
  assertEquals(assets.files.map((file) => file.path), names);
  for (const { path, bytes, sha256 } of assets.files) {
    const content = await Deno.readFile(new URL(path, assets.base));
    assertEquals(content.byteLength, bytes, path);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    assertEquals(digest.toHex(), sha256, path);
  }
});

Deno.test("the package fits into what the registry takes", () => {
  let bytes = 0;
  const folders = [new URL("./", import.meta.url)];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of Deno.readDirSync(folder)) {
      if (entry.isDirectory) folders.push(new URL(`${entry.name}/`, folder));
      else bytes += Deno.statSync(new URL(entry.name, folder)).size;
    }
  }
  assert(bytes < MAX_PACKAGE_BYTES, `${bytes} bytes`);
});
