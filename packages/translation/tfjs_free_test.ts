import { assertEquals } from "@std/assert";
import { clearCase } from "./testing/shipped_sentences.ts";

/** Runs a module in a process of its own; tells whether tfjs was loaded by then, as the module does. */
async function loadsTfjs(statements: string): Promise<boolean> {
  const source = `
    import { assets } from "@heed/model-en-de";
    import { chooseRuntime, Translator } from "@heed/translation";
    ${statements}
    console.log("_tfGlobals" in globalThis); // what tfjs-core keeps its kernels in
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-env", "--no-prompt", "-"],
    cwd: new URL(".", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(source));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  assertEquals(code, 0, decoder.decode(stderr));
  return decoder.decode(stdout).trim() === "true";
}

Deno.test("deciding what runs a model does not load tfjs", async () => {
  const decide = "await chooseRuntime(assets); await chooseRuntime(assets, { device: 'wasm' });";
  assertEquals(await loadsTfjs(decide), false);
});

Deno.test("translating by the engine does not load tfjs", async () => {
  const translate = `
    using translator = await Translator.load(assets, { device: "wasm" });
    const [[{ translation }]] = await translator.translate([${JSON.stringify(clearCase.source)}]);
    if (translation !== ${JSON.stringify(clearCase.translation)}) throw new Error(translation);
  `;
  assertEquals(await loadsTfjs(translate), false);
});

Deno.test("a device that tfjs computes on loads tfjs, and not before it is asked for", async () => {
  const load = "using translator = await Translator.load(assets, { device: 'cpu' });";
  assertEquals(await loadsTfjs(load), true);
});
