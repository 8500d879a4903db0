import { assertEquals } from "@std/assert";

Deno.test("both_directions.ts writes each pair in both directions", async () => {
  const script = new URL("both_directions.ts", import.meta.url).pathname;
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "a  cat\teine Katze\tpets/1\nno pair\na dog\tein Hund\n");
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, path, "en", "de"],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals(
    new TextDecoder().decode(stdout),
    ">>de<< a cat\teine Katze\tpets/1\n>>en<< eine Katze\ta cat\tpets/1\n" +
      ">>de<< a dog\tein Hund\n>>en<< ein Hund\ta dog\n",
  );
  await Deno.remove(path);
});
