/** A score from 0 to 100, and how it was computed. */
export interface Score {
  readonly score: number;
  /** Settings in sacrebleu's format. */
  readonly signature: string;
}

/** How near translations come to their references. */
export interface Scores {
  readonly bleu: Score;
  readonly chrf: Score;
}

/** Scores translations against one reference each. */
export async function scoreTexts(
  hypotheses: readonly string[],
  references: readonly string[],
): Promise<Scores> {
  const metrics = await import("@heed/metrics");
  const bleu = metrics.bleu(hypotheses, references);
  const chrf = metrics.chrf(hypotheses, references);
  return {
    bleu: { score: bleu.score, signature: bleu.signature },
    chrf: { score: chrf.score, signature: chrf.signature },
  };
}

/** Scores as lines for a person. */
export function scoreTable({ bleu, chrf }: Scores): string {
  return `BLEU   ${bleu.score.toFixed(2).padStart(6)}   ${bleu.signature}\n` +
    `chrF2  ${chrf.score.toFixed(2).padStart(6)}   ${chrf.signature}\n`;
}
