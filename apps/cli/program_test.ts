import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fakeHost } from "./testing/fake_host.ts";
import { endingOf } from "./failure.ts";
import { createProgram, run } from "./program.ts";
import { Interruption } from "./host.ts";

async function heed(...args: string[]) {
  const host = fakeHost();
  const exitCode = await run(args, host);
  return { exitCode, out: host.out(), errors: host.errors() };
}

Deno.test("heed --help lists the commands, and help of each has examples", async () => {
  const { exitCode, out, errors } = await heed("--help");
  assertEquals([exitCode, errors], [0, ""]);
  const commands = createProgram(fakeHost(), () => {}).commands.map((command) => command.name());
  assertEquals(commands.slice(0, 5), ["translate", "evaluate", "score", "train", "devices"]);
  for (const name of commands) {
    assertStringIncludes(out, `  ${name}`);
    const help = await heed(name, "--help");
    assertEquals([help.exitCode, help.errors], [0, ""]);
    assertStringIncludes(help.out, `\nExamples:\n`);
    assertMatch(help.out, /Usage: heed [\w-]+ /);
    assertEquals((await heed("help", name)).out, help.out);
    for (const line of help.out.split("\n")) assertEquals(line.length <= 100, true, line);
  }
});

Deno.test("heed --version prints the version", async () => {
  const { exitCode, out } = await heed("--version");
  assertEquals(exitCode, 0);
  assertMatch(out, /^\d+\.\d+\.\d+\n$/);
});

const wrong: [args: string[], message: string][] = [
  [["translat", "a"], "Did you mean translate?"],
  [["--versoin"], "Did you mean --version?"],
  [[], "Usage: heed"],
  [["score", "--hypothesis", "a"], "--reference"],
  [["score", "--hypothesis", "a", "--reference", "b", "c"], "too many arguments"],
  [["train"], "missing required argument"],
  [["evaluate"], "--test"],
  [["devices", "--device", "tpu"], "Allowed choices are"],
];

for (const [args, message] of wrong) {
  Deno.test(`heed ${args.join(" ")} exits 2`, async () => {
    const { exitCode, out, errors } = await heed(...args);
    assertStringIncludes(errors, message);
    assertEquals([exitCode, out], [2, ""]);
  });
}

Deno.test("endingOf() maps errors to exit codes", () => {
  assertEquals(endingOf(new Interruption("SIGINT")).exitCode, 130);
  assertEquals(endingOf(new Interruption("SIGTERM")).exitCode, 143);
  assertEquals(endingOf(new Deno.errors.BrokenPipe()), { exitCode: 0, message: "" });
  assertEquals(endingOf(new RangeError("Cannot")), { exitCode: 1, message: "Cannot" });
  assertEquals(endingOf(new TypeError()), { exitCode: 1, message: "TypeError" });
  assertEquals(endingOf("odd"), { exitCode: 1, message: "odd" });
});
