import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CausalEngine } from "@heed/engine";
import { loadTokenizer } from "@heed/model";
import { train } from "@heed/training";
import { parseGptTrainingConfig } from "./config.ts";
import { prepareGptTraining } from "./prepare.ts";

const text = (lines: string) => `data:,${encodeURIComponent(lines)}`;
const poem = "the cat sat on the mat and saw the dog\n".repeat(30);

function configIn(output: string, changes: Record<string, unknown> = {}) {
  return parseGptTrainingConfig({
    model: "gpt",
    architecture: { hiddenSize: 16, numHiddenLayers: 1, numHeads: 2, maxPositionEmbeddings: 24 },
    data: { train: [text(poem)], dev: text(poem), separator: "line" },
    tokenizer: { type: "bpe", vocabSize: 270 },
    batch: { rows: 4, length: 24 },
    optimizer: { learningRate: 1e-2 },
    schedule: { name: "constant", warmupSteps: 0 },
    dropout: 0,
    evaluate: { every: 10 },
    checkpoint: { every: 10 },
    steps: 60,
    device: "wasm",
    output,
    ...changes,
  });
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a GPT learns a text, and goes on with it by the engine", () =>
  inFolder(async (folder) => {
    const losses: number[] = [];
    {
      using run = await prepareGptTraining(configIn(folder));
      const { model, reason, best } = await train(run.model, {
        ...run,
        onProgress: ({ loss }) => losses.push(loss),
      });
      assertEquals([reason, model], ["finished", `${folder}/model`]);
      assert(losses.at(-1)! < losses[0] / 3, `${losses[0]} -> ${losses.at(-1)}`);
      assert(best!.value < 1);
    }
    const { tokenizer } = await loadTokenizer(`${folder}/model`);
    using engine = await CausalEngine.load(`${folder}/model`, { dtype: "fp32", threads: 1 });
    const prompt = tokenizer.encode("the cat sat on").ids;
    const [[best]] = await engine.generate([prompt], { maxNewTokens: 4 });
    assertEquals(tokenizer.decode(best.ids).startsWith(" the mat"), true);
  }));

Deno.test("a GPT of characters reads a file as one text, each token of the dev set once", () =>
  inFolder(async (folder) => {
    const dev = "the cat sat\n\non the mat\n";
    const data = { train: [text(`${poem}\n\n ${poem}`)], dev: text(dev), separator: "file" };
    using run = await prepareGptTraining(configIn(folder, {
      data,
      tokenizer: { type: "character" },
      batch: { rows: 2, length: 6 },
    }));
    const { tokenizer } = await loadTokenizer(`${folder}/tokenizer`);
    const letters = new Set(poem + " ").size;
    assertEquals(tokenizer.vocabSize, letters + 2); // the unknown, and the end of a text
    const { ids } = tokenizer.encode("a cat\n\nsat");
    assertEquals([ids.length, tokenizer.decode(ids)], [10, "a cat\n\nsat"]);
    const rows: (readonly number[])[] = [];
    for await (const { batch, epoch } of run.batches({})) {
      if (epoch > 0) break;
      rows.push(...batch.inputIds);
    }
    // Rows are shuffled; each begins with the token that another one ends with.
    const written = rows.map((row) => tokenizer.decode(row, { skipSpecialTokens: false }));
    const length = `${poem}\n\n ${poem}`.trim().length + 1; // and the end of the text
    assertEquals(written.length, Math.floor((length - 1) / 5));
    assertEquals(written.some((row) => row.includes("\n\n ")), true);
    const { bitsPerByte, loss } = await run.evaluate!({ step: 0 }) as Record<string, number>;
    const tokens = dev.trim().length + 1; // as many bytes, the line's end for that of the text
    assertAlmostEquals(bitsPerByte, loss * tokens / dev.length / Math.LN2, 1e-9);
  }));

Deno.test("a GPT's run goes on where it was interrupted, step by step the same", () =>
  inFolder(async (folder) => {
    const lossesOf = async (output: string, stopAt?: number) => {
      const losses: number[] = [];
      const end = new AbortController();
      using run = await prepareGptTraining(configIn(output, { dropout: 0.1, steps: 12 }), {
        resume: stopAt === undefined && output.endsWith("cut"),
      });
      await train(run.model, {
        ...run,
        resume: stopAt === undefined && output.endsWith("cut"),
        signal: end.signal,
        onProgress: ({ step, loss }) => {
          losses.push(loss);
          if (step === stopAt) end.abort();
        },
      });
      return losses;
    };
    const whole = await lossesOf(`${folder}/whole`);
    const parts = [
      ...await lossesOf(`${folder}/cut`, 5),
      ...await lossesOf(`${folder}/cut`),
    ];
    assertEquals(parts, whole);
  }));

Deno.test("two workers train a GPT as one does", () =>
  inFolder(async (folder) => {
    const lossesOf = async (workers: number) => {
      const losses: number[] = [];
      using run = await prepareGptTraining(configIn(`${folder}/${workers}`, { workers, steps: 4 }));
      assertEquals(run.workers !== undefined, workers > 1);
      await train(run.model, { ...run, onProgress: ({ loss }) => losses.push(loss) });
      return losses;
    };
    const [one, two] = [await lossesOf(1), await lossesOf(2)];
    one.forEach((loss, i) => assert(Math.abs(loss - two[i]) < 1e-4, `${loss} and ${two[i]}`));
  }));

Deno.test("parseGptTrainingConfig() says what does not go together", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ architecture: undefined }, "architecture, initialCheckpoint: give exactly one"],
    [{ tokenizer: undefined }, "tokenizer: give it with architecture"],
    [{ steps: undefined }, "steps, epochs: give at least one"],
    [{ batch: { length: 30 } }, "batch.length: 30 is more than the positions"],
    [{ architecture: { hiddenSize: 10, numHeads: 3 } }, "architecture: "],
    [{ tokenizer: { type: "bpe", vocabSize: 10 } }, "tokenizer.vocabSize: must be at least 257"],
    [{ labelSmoothing: 0.1 }, "labelSmoothing: unknown key"],
  ];
  for (const [changes, expected] of cases) {
    assertThrows(() => configIn("run", changes), RangeError, expected);
  }
});

Deno.test("a dev set that is too short shows before the first step", () =>
  inFolder(async (folder) => {
    const data = { train: [text(poem)], dev: text("a b\n"), separator: "line" };
    await assertRejects(
      () => prepareGptTraining(configIn(folder, { data })),
      RangeError,
      "Cannot use data.dev",
    );
  }));
