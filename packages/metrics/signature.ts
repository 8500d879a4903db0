/** Version of sacrebleu whose scores and signatures the ones here equal. */
const SACREBLEU_VERSION = "2.6.0";

/** Joins the settings of a metric as sacrebleu does, so that scores can be compared by signature. */
export function formatSignature(settings: Record<string, string | number>): string {
  return Object.entries({ ...settings, version: SACREBLEU_VERSION })
    .map(([key, value]) => `${key}:${value}`)
    .join("|");
}
