import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { parseConfidence, readConfidence, writeConfidence } from "./confidence_calibration.ts";

const calibration = {
  word: { a: 0.5, b: 0.25, c: -0.5 },
  sentence: { a: 1, b: 0, c: 0 },
  fittedOn: "dev.tsv: 2 sentences",
};

Deno.test("writeConfidence() keeps what else the file holds, and readConfidence() reads it back", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/generation_config.json`;
  assertEquals(await readConfidence(directory), undefined);
  await Deno.writeTextFile(path, '{"num_beams": 4, "bad_words_ids": [[7]]}');
  assertEquals(await readConfidence(directory), undefined);
  await writeConfidence(directory, { ...calibration, fittedOn: "something else" });
  await writeConfidence(directory, calibration);
  assertEquals(await readConfidence(directory), calibration);
  assertEquals(JSON.parse(await Deno.readTextFile(path)), {
    num_beams: 4,
    bad_words_ids: [[7]],
    confidence: calibration,
  });
  assertEquals([...Deno.readDirSync(directory)].length, 1, "leaves a temporary file");
  await Deno.remove(path);
  await writeConfidence(directory, calibration);
  assertEquals(await readConfidence(directory), calibration);
  await Deno.remove(directory, { recursive: true });
});

Deno.test("readConfidence() and writeConfidence() name a file that is no JSON object, and leave it", async () => {
  const directory = await Deno.makeTempDir();
  const path = `${directory}/generation_config.json`;
  for (const text of ["{", "[1]", "null"]) {
    await Deno.writeTextFile(path, text);
    await assertRejects(() => readConfidence(directory), SyntaxError, path);
    await assertRejects(() => writeConfidence(directory, calibration), SyntaxError, path);
    assertEquals(await Deno.readTextFile(path), text);
  }
  await Deno.remove(directory, { recursive: true });
});

const word = calibration.word;
const wrong: [json: unknown, message: string][] = [
  [null, "confidence is null, not an object"],
  [[], "confidence is [], not an object"],
  [{ word }, "confidence.sentence is missing, not an object"],
  [{ word, sentence: [] }, "confidence.sentence is []"],
  [{ word: { ...word, a: -0.1 }, sentence: word }, "confidence.word.a is -0.1"],
  [{ word: { ...word, b: "1" }, sentence: word }, 'confidence.word.b is "1"'],
  [{ word, sentence: { ...word, c: -1001 } }, "confidence.sentence.c is -1001"],
  [{ word, sentence: { a: 1, b: 1 } }, "confidence.sentence.c is missing"],
  [{ word: { ...word, a: 1e300 }, sentence: word }, "confidence.word.a is 1e+300"],
  [{ word, sentence: word, fittedOn: 5 }, "confidence.fittedOn is 5"],
];

for (const [json, message] of wrong) {
  Deno.test(`parseConfidence() says that ${message}`, () => {
    const error = assertThrows(() => parseConfidence(json, "model/file.json"), SyntaxError);
    assertEquals(error.message.includes(message), true, error.message);
    assertEquals(
      error.message.startsWith("Cannot read the calibration in model/file.json: "),
      true,
    );
  });
}
