import { assert, assertEquals, assertThrows } from "@std/assert";
import { HeldOut } from "./held_out.ts";
import { mixtureOf } from "./mixture.ts";
import { countWords, parsePair, textKey } from "./pair.ts";
import { findPlaceholders, samePlaceholders } from "./placeholders.ts";
import { parseRecipe } from "./recipe.ts";
import { defaultRules, findProblem } from "./rules.ts";

const pair = (source: string, target: string, document = "") => ({ source, target, document });

Deno.test("parsePair() tidies spaces, and refuses lines with a side missing", () => {
  assertEquals(parsePair("Open \u00a0 it\tÖffnen\tgimp/ui"), pair("Open it", "Öffnen", "gimp/ui"));
  assertEquals(parsePair("Open it\t  "), undefined);
  assertEquals(parsePair("Open it"), undefined);
});

Deno.test("textKey() forgets case, punctuation and spaces; countWords() reads scripts without spaces", () => {
  assertEquals(textKey("Öffnen… 2!"), "öffnen2");
  assertEquals(countWords("Open the file"), 3);
  assertEquals(countWords("文書を開く"), 3);
});

Deno.test("findPlaceholders() knows printf, Qt, braces and tags, and no percentages", () => {
  assertEquals(
    findPlaceholders("%1$s of %d in %(folder)s, %2, {0}, ${name}, <b>bold</b>: %-5.2f, %lu"),
    ["$" + "{name}", "%(folder)s", "%-5.2f", "%2", "%d", "%lu", "%s", "</b>", "<b>", "{0}"],
  );
  assertEquals(findPlaceholders("100 % of it, 5% off"), []);
  assert(samePlaceholders("%1$s in %2$s", "In %2$s: %1$s"));
  assert(!samePlaceholders("%s in %d", "%s in"));
});

Deno.test("findProblem() names what is wrong with a pair", () => {
  const detect = (text: string) =>
    text.includes("der") ? "de" : text.includes("the") ? "en" : undefined;
  const languages = { sourceLanguage: "en", targetLanguage: "de", detect };
  const problem = (source: string, target: string) =>
    findProblem(pair(source, target), defaultRules, languages);
  assertEquals(problem("Open the file", "Die Datei öffnen"), undefined);
  assertEquals(problem("Yes", "Ja, aber nur wenn es wirklich sein muss"), "lengths differ");
  assertEquals(problem("x".repeat(41), "y".repeat(41)), "too long");
  assertEquals(problem("a b ".repeat(60), "a b ".repeat(60)), "too long");
  assertEquals(problem("12 + 30 = 42 (!)", "12 + 30 = 42 (a)"), "few letters");
  assertEquals(problem("Delete %s", "%d löschen"), "placeholders differ");
  assertEquals(problem("Open file", "Open file!"), "not translated");
  assertEquals(problem("Linux", "Linux"), undefined);
  const long = (word: string) => `${word} one two three four five six seven`;
  assertEquals(problem(long("the"), long("the so")), "wrong language");
  assertEquals(problem(long("the"), long("der")), undefined);
  assertEquals(problem("the file", "the one"), undefined, "too short to tell");
});

Deno.test("HeldOut keeps out test sentences and eight words in a row of them", () => {
  const heldOut = new HeldOut();
  heldOut.add("One two three four five six seven eight nine ten.");
  heldOut.add("Short.");
  assert(heldOut.has("short"));
  assert(heldOut.has("And three, four, five, six, seven, eight, nine, ten."));
  assert(!heldOut.has("And four, five, six, seven, eight, nine, ten."));
});

Deno.test("mixtureOf() takes the first entry that fits, and always draws the same pairs", () => {
  const copiesOf = mixtureOf([
    { document: "^games/", repeat: 3 },
    { document: "", maxWords: 2, share: 0.25 },
  ]);
  assertEquals(copiesOf(pair("Run!", "Lauf!", "games/a")), 3);
  assertEquals(copiesOf(pair("Open the file", "Die Datei öffnen", "gimp/a")), 1);
  const drawn = Array.from({ length: 2000 }, (_, i) => copiesOf(pair(`w${i}`, "x", "gimp/a")));
  const share = drawn.reduce((sum, count) => sum + count, 0) / drawn.length;
  assert(share > 0.2 && share < 0.3, `drew ${share} of the pairs`);
  assertEquals(drawn[7], copiesOf(pair("w7", "x", "gimp/a")));
});

Deno.test("parseRecipe() names every problem at its place", () => {
  const { message } = assertThrows(
    () =>
      parseRecipe({ sourceLanguage: "en", inputs: [], mixture: [{ share: 2 }], rules: { a: 1 } }),
    RangeError,
  );
  assertThrows(
    () =>
      parseRecipe({
        ...{ sourceLanguage: "en", targetLanguage: "de", inputs: ["a.tsv"] },
        ...{ slots: { tokens: 9 }, noise: { capitals: 0.6, lowerCase: 0.5 } },
      }),
    RangeError,
    "must be 1 together",
  );
  for (const place of ["targetLanguage", "inputs", "mixture[0].share", '"a"']) {
    assert(message.includes(place), `${place} in ${message}`);
  }
});

Deno.test("filter.ts filters, mixes and reports", async () => {
  const data = await Deno.makeTempDir();
  await Deno.writeTextFile(`${data}/test.tsv`, "Held out\tZurückgehalten\n");
  await Deno.writeTextFile(
    `${data}/train.tsv`,
    [
      "Open the file\tDie Datei öffnen\tgimp/ui",
      "Open the file!\tDie Datei öffnen.\tgimp/help",
      "Run away\tLauf weg\tgames/a",
      "Held out!\tNicht gesehen\tgimp/ui",
      "Delete %s\t%d löschen\tgimp/ui",
      "Secret\tGeheim\tunread/x",
      "broken",
    ].join("\n"),
  );
  await Deno.writeTextFile(
    `${data}/recipe.json`,
    JSON.stringify({
      sourceLanguage: "en",
      targetLanguage: "de",
      inputs: ["train.tsv"],
      heldOut: ["test.tsv"],
      leaveOut: [{ document: "^unread/", reason: "licence unread" }],
      mixture: [{ document: "^games/", repeat: 2 }],
    }),
  );
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", new URL("filter.ts", import.meta.url).pathname],
      ...[`${data}/recipe.json`, "--data", data, "--out", `${data}/out.tsv`],
    ],
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals((await Deno.readTextFile(`${data}/out.tsv`)).split("\n"), [
    "Open the file\tDie Datei öffnen\tgimp/ui",
    "Run away\tLauf weg\tgames/a",
    "Run away\tLauf weg\tgames/a",
    "",
  ]);
  assertEquals(JSON.parse(await Deno.readTextFile(`${data}/out.json`)), {
    read: 7,
    kept: 2,
    written: 3,
    dropped: {
      "duplicate": 1,
      "in a test": 1,
      "placeholders differ": 1,
      "licence unread": 1,
      "not a pair": 1,
    },
    sources: { gimp: 1, games: 1 },
  });
  await Deno.remove(data, { recursive: true });
});

Deno.test("filter.ts puts slots and noise, reverses, shuffles and joins, and a line is the same in every file", async () => {
  const data = await Deno.makeTempDir();
  const lines = Array.from(
    { length: 300 },
    (_, i) => `Open the file {name${i}}.\tDie Datei {name${i}} öffnen.\ta/b`,
  );
  await Deno.writeTextFile(`${data}/one.tsv`, lines.join("\n"));
  await Deno.writeTextFile(
    `${data}/two.tsv`,
    ["Another sentence here\tNoch ein Satz hier\tc/d", ...lines.slice(100)].join("\n"),
  );
  await Deno.writeTextFile(`${data}/turned.tsv`, "{b}: a House of {a}\tDas Haus {a}: {b}\ta/b");
  const filter = async (input: string, recipe: Record<string, unknown>) => {
    await Deno.writeTextFile(
      `${data}/recipe.json`,
      JSON.stringify({
        ...{ sourceLanguage: "en", targetLanguage: "de", inputs: [input] },
        ...{ mixture: [{ repeat: 2 }], noise: { noFullStop: 0.3 }, slots: {} },
        ...recipe,
      }),
    );
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--quiet", new URL("filter.ts", import.meta.url).pathname],
        ...[`${data}/recipe.json`, "--data", data, "--out", `${data}/out.tsv`],
      ],
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const written = (await Deno.readTextFile(`${data}/out.tsv`)).trimEnd().split("\n");
    return { written, report: JSON.parse(await Deno.readTextFile(`${data}/out.json`)) };
  };
  const one = await filter("one.tsv", {});
  assertEquals(one.written.length, 600);
  const slotted = one.written.filter((line) => line.includes("⟦1⟧"));
  assert(slotted.length > 240 && slotted.length < 360, `${slotted.length}`);
  assertEquals(one.report.slots, { lines: slotted.length, slots: slotted.length });
  const stops = one.written.filter((line) => !line.includes(".\t")).length;
  assertEquals(one.report.noise, { capitals: 0, lowerCase: 0, noFullStop: stops });
  assert(stops > 130 && stops < 230, `${stops}`);

  const two = await filter("two.tsv", {});
  assertEquals(two.written.slice(2), one.written.slice(200));

  const mixed = await filter("one.tsv", { shuffle: true });
  assertEquals([...mixed.written].sort(), [...one.written].sort());
  assert(mixed.written.some((line, i) => line !== one.written[i]));

  const reversed = await filter("turned.tsv", {
    ...{ sourceLanguage: "de", targetLanguage: "en", reverse: true },
    ...{ noise: { lowerCase: 1 }, slots: { share: 1 }, mixture: [] },
  });
  assertEquals(reversed.written, ["⟦2⟧: a House of ⟦1⟧\tdas haus ⟦1⟧: ⟦2⟧\ta/b"]);

  // Three sentences of four words are a text of 15; each is written twice, the last ones at the end of the file.
  const joined = await filter("one.tsv", {
    ...{ joined: { share: 1, maxWords: 15 }, noise: undefined, slots: undefined },
  });
  const texts = Array.from({ length: 100 }, (_, text) => {
    const columns = lines.slice(3 * text, 3 * text + 3).map((line) => line.split("\t"));
    return [0, 1].map((side) => columns.map((line) => line[side]).join(" ")).join("\t") + "\ta/b";
  });
  assertEquals(joined.written, texts.flatMap((text) => [text, text]));
  assertEquals([joined.report.kept, joined.report.written], [300, 200]);
  await Deno.remove(data, { recursive: true });
});
