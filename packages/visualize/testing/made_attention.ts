import type { AttentionKind, AttentionRecord } from "@heed/alignment";

const SOURCE = "▁The ▁animal ▁did n ' t ▁cross ▁the ▁street ▁because ▁it ▁was ▁too ▁tired . </s>"
  .split(" ");
const TARGET = "▁Das ▁Tier ▁über quer te ▁die ▁Straße ▁nicht , ▁weil ▁es ▁zu ▁müde ▁war . </s>"
  .split(" ");
const ODD = ["▁שלום", "▁<b>&\"'", "▁猫が好き", "▁👩‍👩‍👧", "▁a\u202eb", "▁"];

/** Tokens of a made sentence, repeated; some of them hard to show. */
export function madeTokens(count: number, side: "source" | "target", hasOdd = true): string[] {
  const words = side === "source" ? SOURCE : TARGET;
  return Array.from({ length: count }, (_, i) => {
    if (hasOdd && count > words.length && i % 17 === 13) {
      return ODD[Math.floor(i / 17) % ODD.length];
    }
    return words[i % words.length];
  });
}

/** How peaked a head is, and where it looks from a place between 0 and 1. */
const PATTERNS:
  readonly ((place: number, step: number) => readonly [center: number, width: number])[] = [
    (place) => [place, 0.4],
    (place, step) => [place - step, 0.5],
    (place, step) => [place + step, 0.5],
    () => [0, 0.8],
    (place) => [place, 4],
    (place, step) => [place - 3 * step * Math.abs(Math.sin(40 * place)), 0.9],
    () => [1, 0.7],
    (place) => [1 - place, 1.5],
  ];

/** Attention that looks like that of a trained model: a few patterns and a little noise. */
export function madeAttention(
  options: { kind: AttentionKind; queries: number; keys: number; layers: number; heads: number },
): AttentionRecord[] {
  const { kind, queries, keys, layers, heads } = options;
  const queryTokens = madeTokens(queries, kind === "encoder-self" ? "source" : "target");
  const keyTokens = madeTokens(keys, kind === "decoder-self" ? "target" : "source");
  return Array.from({ length: layers * heads }, (_, i) => {
    const [layer, head] = [Math.floor(i / heads), i % heads];
    const pattern = PATTERNS[(head * 3 + layer) % PATTERNS.length];
    const weights = new Float32Array(queries * keys);
    for (let query = 0; query < queries; query++) {
      const [center, width] = pattern(query / Math.max(1, queries - 1), 1 / keys);
      const row = weights.subarray(query * keys, (query + 1) * keys);
      for (let key = 0; key < keys; key++) {
        if (kind === "decoder-self" && key > query) continue;
        const distance = (key - center * (keys - 1)) / width;
        row[key] = Math.exp(-(distance ** 2) / 2) +
          0.3 / keys * (1 + Math.sin(7 * i + 3 * query + key));
      }
      const sum = row.reduce((total, weight) => total + weight, 0);
      for (let key = 0; key < keys; key++) row[key] /= sum;
    }
    return {
      kind,
      layer,
      head,
      queryTokens,
      keyTokens,
      weights,
      generatedFrom: kind === "encoder-self" ? undefined : Math.floor(queries / 2),
    };
  });
}

/** All three kinds of one model. */
export function madeModel(tokens: number, layers: number, heads: number): AttentionRecord[] {
  return (["encoder-self", "decoder-self", "cross"] as const).flatMap((kind) =>
    madeAttention({ kind, queries: tokens, keys: tokens, layers, heads })
  );
}
