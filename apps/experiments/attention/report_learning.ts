import { architectures, names } from "./config.ts";
import { overtaking } from "./learning_curves.ts";
import { duration, paragraph } from "./markdown.ts";
import type { Results } from "./results.ts";

/** How the losses fell, and who overtook whom. */
export function learningSection({ config, training }: Results): string[] {
  const best = architectures.reduce((a, b) => training[b].bestLoss < training[a].bestLoss ? b : a);
  const { bleuSentences } = config.training;
  return [
    "## Learning",
    "![Loss on the dev set](./results/loss-dev.svg)",
    "![Loss on the dev set by time](./results/loss-dev-seconds.svg)",
    "![Loss of training batches](./results/loss-train.svg)",
    paragraph(
      `${names[best]} reaches the least loss on the dev set, ${
        training[best].bestLoss.toFixed(3)
      } nats a token. Here each word is guessed from the true words before it, which gives much away.
      What a model forgot of the source shows when it writes on its own, below.`,
    ),
    ...bleuSentences === undefined ? [] : [
      paragraph(`BLEU of the first ${bleuSentences} sentences of the dev set on the way, translated
        greedily:`),
      "![BLEU on the dev set](./results/bleu-dev.svg)",
      "![BLEU on the dev set by time](./results/bleu-dev-seconds.svg)",
      overtakingText(training),
    ],
  ];
}

function overtakingText({ rnnsearch, transformer }: Results["training"]): string {
  const million = (tokens: number) => `${(tokens / 1e6).toFixed(1)} million target tokens`;
  const told = ([axis, as]: readonly ["tokens" | "seconds", (value: number) => string]) => {
    const found = overtaking(transformer.devLoss, rnnsearch.devLoss, axis);
    return found === undefined ? "does not overtake it" : `is ahead from ${as(found)} on`;
  };
  return paragraph(
    `By tokens the Transformer ${told(["tokens", million])}; by seconds of training it
    ${
      told(["seconds", duration])
    }. So far as both went, compared with RNNsearch's BLEU on a straight line
    between two measurements.`,
  );
}
