import {
  bestHead,
  chanceOfBest,
  type HeadResult,
  heldOut,
  type Looked,
  type Sentence,
} from "./coreference_scores.ts";

/** What was measured on one file of sentences. */
export interface Measured {
  readonly file: string;
  readonly sentences: readonly Sentence[];
  /** What each head's *it* attends to in each sentence, by layer and head. */
  readonly looked: ReadonlyMap<string, readonly Looked[]>;
  /** Heads, and the mean of each layer. */
  readonly results: readonly HeadResult[];
}

/** What a file asks of a reader. */
const ABOUT: Readonly<Record<string, readonly [title: string, about: string]>> = {
  "en.tsv": [
    "Both nouns fit the grammar",
    "The sentences of a pair differ in what follows *it*: one has to know the world.",
  ],
  "en-number.tsv": [
    "The other noun is a plural",
    "Grammar alone tells what *it* means.",
  ],
};

/** Writes the report, in Markdown as its formatter lays it out. */
export function coreferenceReport(
  studies: readonly Measured[],
  { model, shown }: { model: string; shown: Sentence },
): string {
  return `# What does _it_ attend to?

Made by \`scripts/visualize/coreference.ts\` with ${model}, float32.

In each sentence of \`testdata/coreference\` _it_ means one of two nouns that come before. A head is
right where its _it_ attends more to a token of that noun than to one of the other, on average.
Sentences come in pairs, in which _it_ means the first noun, then the second: whoever always takes the
nearest noun, or the subject, or throws a coin, is right in 50 %; of both of a pair only the coin can
be right, in 25 %.

${studies.map(section).join("\n\n")}

## A picture

> ${shown.text}

![What it attends to](coreference.svg)

The head is the one whose _it_ gives nouns the most attention, the sentence that in which it is most
decided for the right one: chosen to look right, and no proof of anything; the figures above are.
The program that wrote this also writes \`coreference.html\`, with all heads of the sentence to look around in.
`;
}

function section({ file, sentences, looked, results }: Measured): string {
  const [title, about] = ABOUT[file] ?? [file, ""];
  const of = sentences.length, coins = looked.size, pairs = of / 2;
  const best = bestHead(results, "accuracy"), follower = bestHead(results, "follows");
  const strongest = bestHead(results, "noun");
  const right = Math.round(best.accuracy * of), followed = Math.round(follower.follows * pairs);
  const held = heldOut(looked);
  const chance = chanceOfBest(right, { of, coins });
  const followChance = chanceOfBest(followed, { of: pairs, coins });
  return `## ${title}

\`${file}\`, ${of} sentences, ${coins} heads. ${about.replaceAll("*", "_")}

- Best head: layer ${best.layer}, head ${best.head}, right in ${right} of ${of} (${
    percent(best.accuracy)
  } %), in both of a pair in ${percent(best.both)} %.
- The best of ${coins} coins is right as often with probability ${probability(chance)}.
- Chosen on one half of the pairs and measured on the other: ${percent(held)} %.
- The head that follows the meaning most: layer ${follower.layer}, head ${follower.head}; in ${followed} of ${pairs}
  pairs its _it_ leans more towards the first noun where it means the first. The best of ${coins} coins
  does so with probability ${probability(followChance)}.
- The head whose _it_ gives nouns the most attention: layer ${strongest.layer}, head ${strongest.head}; it takes
  the nearer noun in ${percent(strongest.nearer)} %.

${verdict({ best, chance, held, follower, followChance })}

${
    table([
      ["Layer", "Head", "Right, %", "Both, %", "Follows, %", "Nearer, %", "Noun, %", "Other, %"],
      ...results.map((result) => [
        String(result.layer),
        String(result.head),
        ...[
          result.accuracy,
          result.both,
          result.follows,
          result.nearer,
          result.noun,
          result.distractor,
        ]
          .map(percent),
      ]),
    ])
  }

_Both_: of the pairs. _Nearer_: attends more to the second noun. _Noun_ and _Other_: mean weight of a token; even attention gives ${
    percent(results[0].even)
  } %. _mean_: the
mean of a layer's heads.`;
}

/** What the figures allow to say. */
function verdict({ best, chance, held, follower, followChance }: {
  best: HeadResult;
  chance: number;
  held: number;
  follower: HeadResult;
  followChance: number;
}): string {
  if (chance < 0.01 && held > 0.6 && best.noun > best.even) {
    return "**So there is a head that links _it_ to its noun**, more often than chance would have it.";
  }
  const none = "**So no head of this encoder links _it_ to its noun.**";
  if (followChance >= 0.01) {
    return `${none} What the best one shows, the best of so many coins\nshows as well.`;
  }
  return `${none} Head ${follower.head} of layer ${follower.layer} tells the nouns apart, but gives\n` +
    `a token of them ${
      percent(follower.noun)
    } % of its attention, where even attention would give ` +
    `${percent(follower.even)} %:\n${
      follower.noun > 2 * follower.even
        ? "it leans with the meaning, without choosing by it."
        : "that is a trace of the words, and no link."
    }`;
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

function probability(value: number): string {
  return value < 0.001 ? "below 0.001" : value.toFixed(3);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(rows[0]), rule, ...rows.slice(1).map(line)].join("\n");
}
