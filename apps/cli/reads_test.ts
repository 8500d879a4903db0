import { assert, assertEquals } from "@std/assert";
import { type Files, files } from "@heed/checkpoint";
import { copyOfShipped, heedInEarnest } from "./testing/real_models.ts";

/** Runs something while every reading of a file is counted, by its name. */
async function countReads(run: () => Promise<void>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const layer = files as { -readonly [Key in keyof Files]: Files[Key] };
  const kept = { ...layer };
  const methods = ["readBytes", "readText", "open", "stream"] as const;
  for (const method of methods) {
    const read = kept[method].bind(kept) as (...args: unknown[]) => never;
    layer[method] = ((path: string | URL, ...rest: unknown[]) => {
      const name = String(path).replace(/.*[/\\]/, "");
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return read(path, ...rest);
    }) as never;
  }
  try {
    await run();
  } finally {
    for (const method of methods) Object.assign(layer, { [method]: kept[method] });
  }
  return counts;
}

for (const options of [[], ["--device", "wasm", "--json", "--attention"]]) {
  Deno.test(`translate reads each file of a model directory once (${options.join(" ")})`, async () => {
    const model = await copyOfShipped();
    const counts = await countReads(async () => {
      const { exitCode } = await heedInEarnest([
        ...["translate", "Open the file.", "--model", model, "--from", "en", "--to", "de"],
        ...options,
      ]);
      assertEquals(exitCode, 0);
    });
    await Deno.remove(model, { recursive: true });
    for (const name of ["config.json", "source.spm", "target.spm", "vocab.json"]) {
      assert(counts.has(name), `${name} is not read`);
    }
    assertEquals([...counts].filter(([, count]) => count > 1), []);
  });
}
