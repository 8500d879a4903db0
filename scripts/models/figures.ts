import { bleu, chrf } from "@heed/metrics";
import { testSets } from "./test_sets.ts";

/** What a model reached on a test set. */
export interface Figures {
  readonly sentences: number;
  readonly bleu: number;
  readonly chrf: number;
  /** With sentences over 40 tokens split, as `heed translate` does. */
  readonly splitBleu?: number;
  readonly splitChrf?: number;
  /** What others reached on it, by their names. */
  readonly peers?: Readonly<Record<string, Score>>;
}

/** BLEU and chrF, from 0 to 100. */
export interface Score {
  readonly bleu: number;
  readonly chrf: number;
}

/** Figures by the name of the set, as `figures.json` has them. */
export type FiguresOf = Readonly<Record<string, Figures>>;

/**
 * Scores translations.
 *
 * @param hypotheses The translations.
 * @param references As many references.
 * @returns Both scores, and how they were computed.
 */
export function scoreOf(
  hypotheses: readonly string[],
  references: readonly string[],
): Score & { readonly signatures: readonly string[] } {
  const [byWords, byCharacters] = [
    bleu([...hypotheses], [...references]),
    chrf([...hypotheses], [...references]),
  ];
  return {
    bleu: byWords.score,
    chrf: byCharacters.score,
    signatures: [byWords.signature, byCharacters.signature],
  };
}

/**
 * Makes the table of a card: a row for each set, ours first, then models before, then others.
 *
 * @param figures Ours.
 * @param options Figures of models before, by their names.
 * @returns Markdown.
 */
export function figuresTable(
  figures: FiguresOf,
  { before = [] }: { before?: readonly (readonly [name: string, figures: FiguresOf])[] } = {},
): string {
  const sets = Object.entries(figures);
  const peers = [...new Set(sets.flatMap(([, of]) => Object.keys(of.peers ?? {})))];
  const shown = (value: number | undefined) => value?.toFixed(1) ?? "-";
  const head = [
    ...["Set", "What it is", "Sentences", "BLEU", "chrF", "BLEU, split", "chrF, split"],
    ...[...before.map(([name]) => name), ...peers].flatMap((
      name,
    ) => [`BLEU, ${name}`, `chrF, ${name}`]),
  ];
  const rows = sets.map(([set, ours]) => [
    `\`${set}\``,
    testSets[set]?.description ?? "",
    String(ours.sentences),
    ...[ours.bleu, ours.chrf, ours.splitBleu, ours.splitChrf].map(shown),
    ...[...before.map(([, of]) => of[set]), ...peers.map((name) => ours.peers?.[name])]
      .flatMap((score) => [shown(score?.bleu), shown(score?.chrf)]),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => i < 2 ? "---" : "--:")), ...rows.map(line)].join(
    "\n",
  );
}
