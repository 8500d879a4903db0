import type { PairAttention } from "@heed/translation";
import type { AttentionRecord } from "@heed/alignment";

/** What is shown: of a translation, or of a text over itself, which has no attention to a source. */
export type ShownAttention =
  & Omit<PairAttention, "cross" | "alignment">
  & Partial<Pick<PairAttention, "cross" | "alignment">>;

/** Which attention is shown. */
export interface RecordOptions {
  /** Only this layer, from 0. */
  readonly layer?: number;
  /** Only this head, from 0. */
  readonly head?: number;
  /** The source over itself, instead of the target over the source. */
  readonly self?: boolean;
  /** Tokens as the model has them, instead of words. */
  readonly tokens?: boolean;
}

/**
 * One matrix: a head, or the mean of a layer; without either the heads that align target and source, or of a text
 * over itself the mean of the last layer.
 */
export async function matrixRecord(
  pair: ShownAttention,
  options: RecordOptions,
): Promise<AttentionRecord> {
  const { averageHeads, mergeWords } = await import("@heed/alignment");
  const { self = false, head, tokens = false } = options;
  const { alignment } = pair;
  let record: AttentionRecord;
  if (alignment && !self && options.layer === undefined && head === undefined) {
    const { queryTokens, keyTokens } = tokensOf(pair, "cross");
    const { weights } = alignment;
    record = { kind: "cross", layer: 0, head: "mean", queryTokens, keyTokens, weights };
  } else {
    const kind = self ? "encoder-self" : pair.cross ? "cross" : "decoder-self";
    const layer = options.layer ?? mapsOf(pair, kind)!.layers - 1;
    const heads = await recordsOf(pair, { kind, layer, head });
    record = heads.length === 1 ? heads[0] : averageHeads(heads);
  }
  return tokens ? record : mergeWords(record);
}

/** Every head of every layer and kind, as far as the options do not choose. */
export async function pageRecords(
  pair: ShownAttention,
  { layer, head, self = false, tokens = false }: RecordOptions,
): Promise<AttentionRecord[]> {
  const { mergeWords } = await import("@heed/alignment");
  const kinds = self
    ? ["encoder-self"] as const
    : ["encoder-self", "decoder-self", "cross"] as const;
  const records: AttentionRecord[] = [];
  let failure: unknown;
  for (const kind of kinds) {
    if (mapsOf(pair, kind) === undefined) continue;
    try {
      for (const record of await recordsOf(pair, { kind, layer, head })) records.push(record);
    } catch (error) {
      failure = error; // the encoder may have layers that the decoder does not have
    }
  }
  if (records.length === 0) throw failure;
  return tokens ? records : records.map((record) => mergeWords(record));
}

/** Number of weights that {@linkcode pageRecords} would give. */
export function pageSize(pair: ShownAttention, { layer, head, self }: RecordOptions): number {
  const all = self ? [pair.encoder] : [pair.encoder, pair.decoder, pair.cross];
  return all.reduce((sum, maps) => {
    if (maps === undefined) return sum;
    const { layers, heads, queries, keys } = maps;
    const count = (layer === undefined ? layers : 1) * (head === undefined ? heads : 1);
    return sum + count * queries * keys;
  }, 0);
}

type Kind = AttentionRecord["kind"];

function mapsOf({ encoder, decoder, cross }: ShownAttention, kind: Kind) {
  return { "encoder-self": encoder, "decoder-self": decoder, cross }[kind];
}

function tokensOf({ sourceTokens, targetTokens, readTokens }: ShownAttention, kind: Kind) {
  switch (kind) {
    case "encoder-self":
      return { queryTokens: sourceTokens, keyTokens: sourceTokens };
    case "decoder-self":
      return { queryTokens: readTokens, keyTokens: readTokens };
    case "cross":
      return { queryTokens: targetTokens, keyTokens: sourceTokens };
  }
}

async function recordsOf(
  pair: ShownAttention,
  { kind, layer, head }: { kind: Kind; layer?: number; head?: number },
): Promise<AttentionRecord[]> {
  const { splitLayers } = await import("@heed/alignment");
  const maps = mapsOf(pair, kind)!;
  const side = kind === "encoder-self" ? "encoder" : "decoder";
  if (layer !== undefined) checkIndex(`layer ${layer} of the ${side}`, layer, maps.layers);
  if (head !== undefined) checkIndex(`head ${head} of the ${side}`, head, maps.heads);
  const firstGenerated = kind === "cross" ? 0 : 1;
  const records = splitLayers(maps, {
    kind,
    ...tokensOf(pair, kind),
    generatedFrom: pair.isGenerated && kind !== "encoder-self" ? firstGenerated : undefined,
  });
  return records.filter((record) =>
    (layer === undefined || record.layer === layer) && (head === undefined || record.head === head)
  );
}

function checkIndex(what: string, index: number, count: number): void {
  if (index < count) return;
  throw new RangeError(
    `Cannot show ${what}: ${count === 1 ? "there is only 0" : `give 0 to ${count - 1}`}`,
  );
}
