/**
 * The lesson's classifier on AG News: accuracy after each pass, and milliseconds of a training step of 128 texts of 256
 * tokens. `lesson_classifier.py` does the same in PyTorch, on the same ids in the same order.
 *
 *     deno run --allow-all scripts/bench/lesson_classifier.ts AG_NEWS_DIR [EPOCHS] [IDS.json] [STEPS] [--python=PYTHON]
 *
 * With --python both are run, and the section `lesson classifier` of BENCHMARKS.md is written.
 *
 * AG_NEWS_DIR holds the labelled texts `alps-dev.tsv`, `lst11111-train.csv` and `lst11111-dev.csv`, and the official
 * `test.csv`. Words are lower-cased, the 20,000 most frequent get ids. Training texts that are in the test are left
 * out. IDS.json, if given, gets the ids for the Python program. STEPS stops early, to see that it runs.
 */
import * as tf from "@tensorflow/tfjs";
import { adamStep, crossEntropySum, selectDevice } from "@heed/nn";
import { classifier, initClassifierWeights, SMALL_CLASSIFIER } from "@heed/transformer";
import { describeMachine, writeSection } from "./report.ts";
import { indexRows, openBlocks, shuffle } from "@heed/training";

const LABELS = ["World", "Sports", "Business", "Sci/Tech"];
const LENGTH = SMALL_CLASSIFIER.maxPositionEmbeddings, BATCH = 128, RATE = 1e-3;

interface Text {
  readonly words: string[];
  readonly label: number;
}

/** Reads a file of two columns (text, label by name) or three (number of the label from 1, title, text). */
async function read(path: string): Promise<Text[]> {
  const isOfficial = path.endsWith("test.csv");
  const columns = isOfficial ? { label: 0, title: 1, text: 2 } : { text: 0, label: 1 };
  const data = await indexRows([path], {
    columns: columns as Record<string, number>,
    header: false,
  });
  const blocks = openBlocks(data);
  const texts: Text[] = [];
  try {
    for (const block of data.blocks.keys()) {
      for (const row of await blocks.read(block)) {
        if (row.problem !== undefined) continue;
        const { text, title = "", label } = row as unknown as Record<string, string>;
        const number = isOfficial ? Number(label) - 1 : LABELS.indexOf(label);
        if (number < 0) continue; // a header
        const words = `${title} ${text}`.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
        texts.push({ words: [...words], label: number });
      }
    }
  } finally {
    await blocks.close();
  }
  return texts;
}

const python = Deno.args.find((arg) => arg.startsWith("--python="))?.slice("--python=".length);
const [folder, epochs = "3", idsPath, most] = Deno.args.filter((arg) => !arg.startsWith("--"));
if (python !== undefined && idsPath === undefined) {
  throw new TypeError("Cannot run PyTorch beside: give IDS.json, too");
}
const test = await read(`${folder}/test.csv`);
const seen = new Set(test.map(({ words }) => words.join(" ")));
const known = new Set<string>();
const training: Text[] = [];
for (const name of ["alps-dev.tsv", "lst11111-train.csv", "lst11111-dev.csv"]) {
  for (const text of await read(`${folder}/${name}`)) {
    const key = text.words.join(" ");
    if (seen.has(key) || known.has(key)) continue;
    known.add(key);
    training.push(text);
  }
}
const counts = new Map<string, number>();
for (const { words } of training) {
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
}
// 0 fills up, 1 is any other word.
const vocabulary = new Map(
  [...counts].sort((a, b) => b[1] - a[1]).slice(0, SMALL_CLASSIFIER.vocabSize - 2)
    .map(([word], i) => [word, i + 2]),
);
const encode = ({ words }: Text) => words.slice(0, LENGTH).map((word) => vocabulary.get(word) ?? 1);
const order = Array.from(
  { length: Number(epochs) },
  (_, i) => shuffle([...training.keys()], i + 1),
);
if (idsPath) {
  const rows = (texts: Text[]) => texts.map((text) => ({ ids: encode(text), label: text.label }));
  await Deno.writeTextFile(
    idsPath,
    JSON.stringify({ training: rows(training), test: rows(test), order }),
  );
}

const { blas } = await selectDevice({ prefer: "wasm", blasThreads: 1 });
const products = blas === undefined ? "own kernels" : `BLAS ${blas.library.split("/").at(-1)}`;
console.log(`${training.length} training texts, ${test.length} test texts; ${products}`);
const initial = initClassifierWeights(SMALL_CLASSIFIER, { seed: 1 });
// deno-lint-ignore no-explicit-any
function mapTensors(tree: any, change: (tensor: tf.Tensor) => tf.Tensor): any {
  if (tree instanceof tf.Tensor) return change(tree);
  if (Array.isArray(tree)) return tree.map((part) => mapTensors(part, change));
  return Object.fromEntries(
    Object.entries(tree).map(([name, part]) => [name, mapTensors(part, change)]),
  );
}
const variables: tf.Variable[] = [];
const weights = mapTensors(initial, (tensor) => {
  const variable = tf.variable(tensor);
  variables.push(variable);
  return variable;
});
const zeros = () => variables.map(({ shape }) => tf.variable(tf.zeros(shape), false));
const moments = { first: zeros(), second: zeros() };

/** Ids filled up to 256, as in the lesson, and where there are tokens. */
function tensorsOf(texts: readonly Text[]) {
  const ids = new Int32Array(texts.length * LENGTH);
  texts.forEach((text, i) => ids.set(encode(text), i * LENGTH));
  const inputIds = tf.tensor2d(ids, [texts.length, LENGTH], "int32");
  return { inputIds, attentionMask: tf.cast(tf.greater(inputIds, 0), "float32") };
}

let step = 0;
async function train(texts: readonly Text[]): Promise<number> {
  const start = performance.now();
  step++;
  const { value, grads } = tf.variableGrads(() => {
    const { inputIds, attentionMask } = tensorsOf(texts);
    const { logits } = classifier(weights, inputIds, {
      numHeads: 2,
      attentionMask,
      dropout: { hidden: 0.1, attention: 0, activation: 0, seed: step },
    });
    const labels = tf.tensor1d(texts.map(({ label }) => label), "int32");
    return tf.div(crossEntropySum(logits, labels), texts.length) as tf.Scalar;
  }, variables);
  const gradients = variables.map(({ name }) => grads[name]);
  adamStep(variables, gradients, {
    moments,
    step,
    learningRate: RATE,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    gradientScale: 1,
  });
  await value.data();
  tf.dispose([value, gradients]);
  return performance.now() - start;
}

async function accuracy(): Promise<number> {
  let right = 0;
  for (let first = 0; first < test.length; first += BATCH) {
    const group = test.slice(first, first + BATCH);
    const best = tf.tidy(() => {
      const { inputIds, attentionMask } = tensorsOf(group);
      return tf.argMax(classifier(weights, inputIds, { numHeads: 2, attentionMask }).logits, 1);
    });
    const found = await best.data();
    best.dispose();
    right += group.filter(({ label }, i) => found[i] === label).length;
  }
  return right / test.length;
}

const times: number[] = [], lines: string[] = [];
for (const [epoch, places] of order.entries()) {
  for (let first = 0; first + BATCH <= places.length; first += BATCH) {
    if (most !== undefined && times.length >= Number(most)) break;
    times.push(await train(places.slice(first, first + BATCH).map((place) => training[place])));
  }
  const median = [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
  const share = most === undefined ? (100 * await accuracy()).toFixed(2) : "not measured";
  lines.push(`pass ${epoch + 1}: accuracy ${share} %, ${median.toFixed(1)} ms per step (median)`);
  console.log(lines.at(-1));
  if (most !== undefined) break;
}

if (python !== undefined) {
  const program = new URL("lesson_classifier.py", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: [program, idsPath!, "1", ...most === undefined ? [] : [most]],
    env: { OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1" },
  }).output();
  if (!success) throw new Error(`Cannot run PyTorch:\n${new TextDecoder().decode(stderr)}`);
  const theirs = new TextDecoder().decode(stdout).trim().split("\n").slice(1);
  console.log(theirs.join("\n"));
  const figures = (line: string) => /accuracy (\S+) .*, (\S+) ms/.exec(line)!.slice(1);
  await writeSection(
    "lesson classifier",
    `
## The lesson's classifier

659,592 parameters, 128 texts of 256 tokens a step, Adam; ${training.length} labelled texts of AG News, the official test of
${test.length}. The same ids in the same order, one thread each, one after the other; products by ${products}. Accuracy
after each pass, median of the steps so far. Initial values are those of each library.

${await describeMachine()}.

| pass | Heed, % right | ms a step | PyTorch, % right | ms a step |
| ---: | ---: | ---: | ---: | ---: |
${
      lines.map((line, i) => `| ${[i + 1, ...figures(line), ...figures(theirs[i])].join(" | ")} |`)
        .join("\n")
    }
`,
  );
}
