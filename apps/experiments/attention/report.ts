import { type Architecture, architectures, names, trainingOf } from "./config.ts";
import { duration, list, markdownTable, paragraph, whole } from "./markdown.ts";
import { learningSection } from "./report_learning.ts";
import { alignmentSection, positionsSection } from "./report_attention.ts";
import { lengthSection, translationSection } from "./report_quality.ts";
import { timingSection } from "./report_timings.ts";
import type { Machine, Results, Timings } from "./results.ts";

/** The text of the report; its figures lie in `results/` beside it. */
export function writeReport(results: Results, timings?: Timings): string {
  const sections = [
    introduction(results),
    comparison(results),
    learningSection(results),
    lengthSection(results),
    translationSection(results),
    timingSection(timings),
    alignmentSection(results),
    positionsSection(results),
    limits(results),
  ];
  return sections.flat().join("\n\n") + "\n";
}

/** Hardware, programs and day, in one sentence. */
export function machineSentence({ hardware, versions, date }: Machine): string {
  return `On ${date}, ${hardware}; ${versions}.`;
}

/** Ranges of words as text, one for each bin. */
export function rangesOf(bins: readonly number[]): string[] {
  return [...bins, undefined].map((most, bin) => rangeOf((bins[bin - 1] ?? 0) + 1, most));
}

/** A range of words as text. */
export function rangeOf(least: number, most?: number): string {
  return most === undefined ? `${least}+` : `${least}-${most}`;
}

function introduction(
  { command, config, machine, training, translationSeconds, positions }: Results,
): string[] {
  const sum = (value: (name: Architecture) => number) =>
    architectures.reduce((total, name) => total + value(name), 0);
  const trained = sum((name) => training[name].seconds);
  const translated = sum((name) => translationSeconds[name]);
  return [
    "# What attention changes",
    paragraph(`A recurrent encoder-decoder puts a whole sentence into one state, and loses what came
      first. Attention looks back at every word of the source for every word that it writes. The
      Transformer keeps the attention and leaves the recurrence out. Here the three are trained on the
      same sentences, and compared.`),
    `    ${command}`,
    paragraph(`Seed ${config.seed}. ${machineSentence(machine)} Training the three models took
      ${duration(trained)}, a small one with learned positions ${
      duration(positions.summary.seconds)
    }, translating the test set ${duration(translated)}. This file is written by the command. Its
      numbers are in \`results/\`, and the command with \`--report-only\` writes it again from them.`),
  ];
}

function comparison(results: Results): string[] {
  const { config, data, vocabSize } = results;
  const { training: setup, scores: { bins }, search, maxTokens } = config;
  return [
    "## What is compared",
    list([
      `**RNNencdec**: a bidirectional GRU reads the source; the two states at its ends are all that the
      decoder gets (Cho et al. 2014, Sutskever et al. 2014).`,
      `**RNNsearch**: the same, with additive attention over all states of the encoder (Bahdanau et al.
      2015).`,
      `**Transformer**: attention alone, with sinusoidal positions (Vaswani et al. 2017).`,
    ]),
    comparisonTable(results),
    paragraph(`All three have one matrix for source, target and output embeddings and the same
      vocabulary of ${
      whole(vocabSize)
    } tokens; where their batches have the same size, these are the same
      in the same order. The tokens of a batch are the most it has, padding counted; pairs of over
      ${whole(maxTokens)} tokens are left out. Adam, a linear rise to the peak rate, then a linear
      decay to zero; label smoothing ${setup.labelSmoothing}. The weights that are kept are those with
      the best loss on the dev set. Translations are ${
      search.numBeams === 1 ? "greedy" : `found with ${search.numBeams} beams`
    }.`),
    paragraph(`Data: ${data.description}. ${whole(data.trainPairs)} pairs with
      ${whole(data.trainSourceWords)} source words to train on, ${whole(data.devPairs)} for the loss
      during training, ${whole(data.testPairs)} to translate.`),
    markdownTable(["words of the source", ...rangesOf(bins)], [
      ["training pairs", ...data.trainPairsByLength.map(whole)],
    ]),
  ];
}

function comparisonTable({ config, parameters, training, translationSeconds }: Results): string {
  const row = (title: string, cell: (name: Architecture) => string) => [
    title,
    ...architectures.map(cell),
  ];
  return markdownTable(["", ...architectures.map((name) => names[name])], [
    row("parameters", (name) => whole(parameters[name])),
    row("layers, encoder + decoder", (name) => {
      const { encoderLayers, decoderLayers } = config.models[name];
      return `${encoderLayers} + ${decoderLayers}`;
    }),
    row("tokens of a batch", (name) => whole(trainingOf(config, name).tokens)),
    row("peak rate", (name) => String(trainingOf(config, name).learningRate)),
    row("steps until there", (name) => whole(trainingOf(config, name).warmupSteps)),
    row("dropout", (name) => String(trainingOf(config, name).dropout)),
    row("steps", (name) => whole(training[name].steps)),
    row("target tokens seen", (name) => whole(training[name].tokens)),
    row("threads", (name) => whole(training[name].workers)),
    row("time of training", (name) => duration(training[name].seconds)),
    row(
      "target tokens per second",
      (name) => whole(training[name].tokens / training[name].seconds),
    ),
    row("best loss on the dev set", (name) => training[name].bestLoss.toFixed(3)),
    row("at step", (name) => whole(training[name].bestStep)),
    row("time of translating the test set", (name) => duration(translationSeconds[name])),
  ]);
}

function limits({ config }: Results): string[] {
  const items = [
    `One run with one seed: the intervals are about the choice of test sentences, not about the luck of
    training.`,
    `Sizes and steps are those of a small budget. With more data, time and care all would be better, and
    their order may change.`,
    `The recurrent models are as shallow as those of the papers of their time; deeper ones come nearer to
    the Transformer.`,
  ];
  const made =
    `The language is made: a word has one meaning, a clause one pattern. It shows how memory
    fails with length, not how well real text is translated. \`--full --data DIR\` is for that.`;
  return [
    "## What this does not show",
    list(config.data.kind === "made" ? [...items, made] : items),
  ];
}
