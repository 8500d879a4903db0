import { assert, assertEquals } from "@std/assert";
import { parseExperimentConfig } from "./config.ts";
import { binOf, joinWords, prepareData } from "./data.ts";
import tiny from "./testing/tiny.json" with { type: "json" };

const signal = new AbortController().signal;

/** Whether there is xz here, which unpacks compressed files. */
const hasXz = await (async () => {
  try {
    return (await new Deno.Command("xz", { args: ["--version"] }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
})();

async function folderWith(train: string): Promise<{ folder: string; alignment: string }> {
  const folder = await Deno.makeTempDir();
  const files = {
    "train.tsv": train,
    "dev.tsv": "It is old now.\tEs ist jetzt alt.\tb\nno sentence\tkein Satz\tb\n",
    "test.tsv": "whatever\twas auch immer\tc\nnothing\t\tc\n",
    "gold.tsv": "A b .\tX y .\t0-0 1?1 2-2\torigin\n",
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
  return { folder, alignment: `${folder}/gold.tsv` };
}

const train = "The house is old.\tDas Haus ist alt.\ta\n--help\t--help\ta\n" +
  "The house is very old today.\tDas Haus ist heute sehr alt.\ta\n";

const configOf = (alignment: string) =>
  parseExperimentConfig({
    ...tiny,
    data: {
      ...{ kind: "files", train: "train.tsv", dev: "dev.tsv", test: "test.tsv", alignment },
      ...{ minWords: 3, maxWords: 9, devPairs: 5 },
    },
    scores: { bins: [5, 20], longerThan: 20, resamples: 10 },
  });

Deno.test("prepareData() selects sentences from given files, and keeps the test set whole", async () => {
  const { folder, alignment } = await folderWith(train);
  const options = { data: folder, output: `${folder}/run`, signal };
  const data = await prepareData(configOf(alignment), options);
  assertEquals(
    await Deno.readTextFile(data.train),
    "The house is old.\tDas Haus ist alt.\n" +
      "The house is very old today.\tDas Haus ist heute sehr alt.\n",
  );
  assertEquals(await Deno.readTextFile(data.dev), "It is old now.\tEs ist jetzt alt.\n");
  assertEquals(data.test, [{ source: "whatever", target: "was auch immer" }]);
  assertEquals(data.alignment[0].source, ["A", "b", "."]);
  assertEquals(data.alignment[0].links[1], { source: 1, target: 1, possible: true });
  assertEquals(data.summary.trainPairsByLength, [1, 1, 0]);
  assertEquals(data.summary.trainSourceWords, 10);

  // A run that goes on does not need the files, nor notices that they changed.
  await Deno.remove(`${folder}/train.tsv`);
  assertEquals(await prepareData(configOf(alignment), options), data);
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: `prepareData() reads a compressed file${hasXz ? "" : " (ignored: there is no xz here)"}`,
  ignore: !hasXz,
  fn: async () => {
    const { folder, alignment } = await folderWith(train);
    await new Deno.Command("xz", { args: [`${folder}/train.tsv`] }).output();
    const options = { data: folder, output: `${folder}/run`, signal };
    const { summary } = await prepareData(configOf(alignment), options);
    assertEquals(summary.trainPairs, 2);
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("prepareData() makes other sentences to train on than to test on", async () => {
  const output = await Deno.makeTempDir();
  const data = await prepareData(parseExperimentConfig(tiny), { output, signal });
  const trained = new Set((await Deno.readTextFile(data.train)).split("\n"));
  assertEquals([trained.size - 1, data.test.length, data.alignment.length], [120, 24, 5]);
  assert(data.test.every(({ source, target }) => !trained.has(`${source}\t${target}`)));
  await Deno.remove(output, { recursive: true });
});

Deno.test("binOf() and joinWords()", () => {
  assertEquals([1, 10, 11, 20, 21].map((words) => binOf(words, [10, 20])), [0, 0, 1, 1, 2]);
  assertEquals(joinWords(["Is", "it", "old", ",", "or", "new", "?"]), "Is it old, or new?");
});
