import { assert, assertEquals, assertRejects } from "@std/assert";
import { reverser } from "./testing/reverser.ts";

Deno.test("translateStream() keeps order and never reads further ahead than it may", async () => {
  const { translator } = reverser();
  let read = 0;
  function* lines() {
    while (true) yield `line ${read++}`;
  }
  let written = 0;
  for await (const [best] of translator.translateStream(lines(), { lookAhead: 10 })) {
    assertEquals(best.translation, `${written} line`);
    written++;
    assert(read - written <= 11, `read ${read}, written ${written}`);
    if (written === 1000) break;
  }
});

Deno.test("translateStream() bounds what it holds of long lines", async () => {
  const { translator } = reverser({ maxSourceTokens: 20_000 });
  let read = 0;
  function* lines() {
    while (true) yield `${read++} ${"x ".repeat(5_000)}`;
  }
  for await (const _ of translator.translateStream(lines())) break;
  assert(read <= 7, `${read}`);
});

Deno.test("translateStream() answers each line of a slow source", async () => {
  const { translator } = reverser();
  let answered = 0;
  async function* lines() {
    for (let i = 0; i < 3; i++) {
      // Each line comes only after the one before was answered.
      while (answered < i) await new Promise((resolve) => setTimeout(resolve, 1));
      yield `line ${i}`;
    }
  }
  for await (const _ of translator.translateStream(lines(), { patience: 1 })) answered++;
  assertEquals(answered, 3);
});

Deno.test("translateStream() gives what came before a source fails, then the error", async () => {
  const { translator } = reverser();
  function* lines() {
    yield "one";
    yield "two";
    throw new Error("disk gone");
  }
  const seen: string[] = [];
  await assertRejects(
    async () => {
      for await (const [best] of translator.translateStream(lines())) seen.push(best.translation);
    },
    Error,
    "disk gone",
  );
  assertEquals(seen, ["one", "two"]);
});

Deno.test("translateStream() refuses a look-ahead of nothing", async () => {
  const { translator } = reverser();
  await assertRejects(() => translator.translateStream(["a"], { lookAhead: 0 }).next(), RangeError);
});
