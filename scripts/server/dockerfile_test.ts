import { assert, assertEquals, assertThrows } from "@std/assert";
import { ROOT } from "../check/source_files.ts";
import { parseDockerfile } from "./dockerfile.ts";
import { trimImports } from "./trim_config.ts";

const instructions = parseDockerfile(await Deno.readTextFile(new URL("Dockerfile", ROOT)));
const textsOf = (name: string) =>
  instructions.filter((instruction) => instruction.name === name).map(({ text }) => text);

Deno.test("parseDockerfile() reads instructions over several lines, without comments", () => {
  assertEquals(parseDockerfile("# x\nfrom a\n\nRUN b && \\\n  c\n"), [
    { name: "FROM", text: "a" },
    { name: "RUN", text: "b && c" },
  ]);
  assertThrows(() => parseDockerfile("RUN\n"), SyntaxError, '"RUN"');
});

Deno.test("the image is made of what there is, by the Deno of everything else", async () => {
  const copied = textsOf("COPY").filter((text) => !text.startsWith("--from="))
    .flatMap((text) => text.split(" ").slice(0, -1));
  for (const path of copied) await Deno.stat(new URL(path, ROOT));
  const [, version] = /deno@([\d.]+)/.exec(await Deno.readTextFile(new URL(".ci/run", ROOT)))!;
  assertEquals(textsOf("FROM"), [
    `denoland/deno:${version} AS build`,
    `denoland/deno:distroless-${version}`,
  ]);
});

Deno.test("the image's server is nobody in particular, writes only its data, and is looked after", () => {
  assertEquals(textsOf("USER"), ["65532:65532"]);
  const [entry] = textsOf("ENTRYPOINT").map((text) => JSON.parse(text) as string[]);
  assert(entry.includes("--allow-write=/data") && !entry.includes("--allow-all"), entry.join(" "));
  assert(textsOf("HEALTHCHECK")[0].includes("/health"));
});

Deno.test("trimImports() keeps what modules name, but for tfjs", () => {
  const imports = { "a": "1", "a-b": "2", "@c/d": "3", "@tensorflow/tfjs": "4", "e": "5" };
  const named = ["a/part.js", "@c/d", "@tensorflow/tfjs", "./e"];
  assertEquals(trimImports(imports, named), { "a": "1", "@c/d": "3" });
});
