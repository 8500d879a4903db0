import { sinusoidalTable } from "@heed/positional";
import type { HeadAlignment } from "./alignments.ts";
import { names } from "./config.ts";
import { alignmentFile, meanCosine } from "./figures.ts";
import { markdownTable, paragraph, whole } from "./markdown.ts";
import type { Results } from "./results.ts";

/** Pictures of attention, and how near it comes to given alignments. */
export function alignmentSection({ alignments, config }: Results): string[] {
  const { pairs, diagonal, rnnsearch, transformer, samples } = alignments;
  const rate = (value: number) => value.toFixed(3);
  const row = (title: string, { errorRate, precision, recall }: HeadAlignment) => [
    title,
    ...[errorRate, precision, recall].map(rate),
  ];
  const table = markdownTable(["attention", "error rate", "precision", "recall"], [
    row(`RNNsearch, ${stepName(rnnsearch.best)}`, rnnsearch.best),
    ...transformer.heads.map((head) => row(`Transformer, ${headName(head)}`, head)),
    ["a straight diagonal", rate(diagonal), "", ""],
  ]);
  const [nearer, farther] = rnnsearch.best.errorRate < transformer.best.errorRate
    ? ["RNNsearch", "the Transformer"]
    : ["the Transformer", "RNNsearch"];
  const figures = (isGold: boolean) =>
    samples.flatMap((sample, index) =>
      isGold !== (sample.rnnsearch.links !== undefined) ? [] : [
        (["rnnsearch", "transformer"] as const).map((name) =>
          `![${names[name]}](./results/${alignmentFile(index, name)})`
        ).join("\n"),
      ]
    );
  const origin = config.data.kind === "made"
    ? "that the sentences were made with"
    : "made by hand (`testdata/alignment`)";
  return [
    "## Where the models look",
    paragraph(
      `Rows are the words that are written, columns those of the source; strong colours show where
      the model looks (figure 3 of Bahdanau et al. 2015). Of the Transformer it is
      ${headName(transformer.best)}, which aligns best. First given translations: outlines are their
      alignment, dashed where a link is only possible.`,
    ),
    ...figures(true),
    paragraph(
      `And a sentence of the test set with each model's own translation: of those of middle length
      the one that both translate best.`,
    ),
    ...figures(false),
    paragraph(
      `Each target word takes the source word with its largest weight. The error rate (Och & Ney
      2003) is that to ${
        whole(pairs)
      } alignments ${origin}; 0 is perfect. Layers and heads count from 0.`,
    ),
    table,
    paragraph(
      `The best of the Transformer is ${headName(transformer.best)} with ${
        rate(transformer.best.errorRate)
      }; RNNsearch has ${
        rate(rnnsearch.best.errorRate)
      }. Here ${nearer} is nearer to the alignments than
      ${farther}. The best head was chosen on the pairs that it is scored on, which flatters it. Attention is
      not trained to align: it looks where the next word can be guessed from.`,
    ),
  ];
}

function headName({ layer, head, step }: HeadAlignment): string {
  const which = head === "mean"
    ? `layer ${layer}, mean of its heads`
    : `layer ${layer}, head ${head}`;
  return `${which}, ${stepName({ step })}`;
}

function stepName({ step }: Pick<HeadAlignment, "step">): string {
  return `of the step that ${step} a word`;
}

/** Learned positions beside the sinusoids. */
export function positionsSection({ positions: { summary, table } }: Results): string[] {
  const { positions, hiddenSize } = table;
  const sines = { ...table, values: [...sinusoidalTable({ maxPositions: positions, hiddenSize })] };
  const distances = [1, 2, 4, 8, 16].filter((distance) => distance < positions);
  const [near, far] = [distances[0], distances.at(-1)!];
  const [nearCosine, farCosine] = [near, far].map((distance) => meanCosine(table, distance));
  const found = nearCosine > farCosine
    ? `The model was not told that position 1 comes before position 2. It found out that neighbours are
      alike:`
    : "The model was not told that position 1 comes before position 2, and did not find it out yet:";
  return [
    "## Positions",
    "![Sinusoidal and learned positions](./results/positions.svg)",
    paragraph(`To the left the values, to the right how alike the vectors of two positions are. The
      sinusoids are fixed (Vaswani et al. 2017). The learned table began as small noise, and was trained
      with a smaller Transformer of width ${whole(hiddenSize)} on the same data for
      ${whole(summary.steps)} steps, to a loss of ${
      summary.bestLoss.toFixed(3)
    } on the dev set. ${found}
      the mean cosine of learned vectors is ${nearCosine.toFixed(2)} at a distance of ${near} and
      ${farCosine.toFixed(2)} at ${far}. Late positions are rare in training and learn last.`),
    markdownTable([
      `mean cosine, first ${whole(positions)} positions, by distance`,
      ...distances.map(String),
    ], [
      ["sinusoidal", ...distances.map((distance) => meanCosine(sines, distance).toFixed(2))],
      ["learned", ...distances.map((distance) => meanCosine(table, distance).toFixed(2))],
    ]),
  ];
}
