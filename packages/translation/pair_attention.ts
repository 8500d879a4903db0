import type { AttentionMaps, CrossAttention } from "@heed/model";
import type { TranslationModel, TranslationTokenizer } from "./model.ts";
import { generateOptions, maxNewTokens } from "./search_options.ts";
import { encodeSource } from "./text_plan.ts";
import type { TranslateOptions } from "./translation.ts";

/** All attention between a text and its translation. */
export interface PairAttention {
  /** The text as it was given. */
  readonly source: string;
  /** Its translation: the given one, or the model's. */
  readonly target: string;
  /** Whether the model made the translation. */
  readonly isGenerated: boolean;
  /** Source tokens, the end token last. */
  readonly sourceTokens: string[];
  /** Target tokens, the end token last. */
  readonly targetTokens: string[];
  /** What the decoder reads: a start token, and the target tokens without the last. */
  readonly readTokens: string[];
  /** Attention of the source over itself; absent in models that have none. */
  readonly encoder?: AttentionMaps;
  /** Attention of `readTokens` over themselves; absent in models that have none. */
  readonly decoder?: AttentionMaps;
  /** Attention of the target over the source; each row is that of the step that produces its token. */
  readonly cross: AttentionMaps;
  /** What aligns target and source best: the mean of the heads that the model's files name. */
  readonly alignment: CrossAttention;
}

/** Options of `Translator.attention`. */
export interface AttentionOptions
  extends Pick<TranslateOptions, "from" | "to" | "numBeams" | "lengthPenalty" | "signal"> {
  /** The translation to look at; the model's own by default. */
  readonly target?: string;
}

/** Who attends. */
interface PairAttentionParts {
  readonly model: TranslationModel;
  readonly tokenizer: TranslationTokenizer;
  /** What the model's sources begin with, `>>fr<<`. */
  readonly targetToken?: string;
}

/** Looks at the attention between a text, taken as one sentence, and a target that is given or searched for. */
export async function pairAttention(
  source: string,
  options: AttentionOptions,
  { model, tokenizer, targetToken }: PairAttentionParts,
): Promise<PairAttention> {
  const { target, signal } = options;
  if (source.trim() === "") throw new RangeError("Cannot show attention: the source is empty");
  if (target?.trim() === "") {
    throw new RangeError(
      "Cannot show attention: the target is empty; leave it out for the model's translation",
    );
  }
  if (model.attentions === undefined) {
    throw new TypeError("Cannot show attention: this model gives none");
  }
  const { ids: inputIds, tokens: sourceTokens } = encodeSource(source, {
    tokenizer,
    targetToken,
  });
  checkLength("source", inputIds.length, model.maxSourceTokens);
  let targetIds: number[];
  if (target === undefined) {
    const most = Math.min(maxNewTokens(inputIds.length, {}), model.maxTargetTokens);
    const search = { ...generateOptions(options), maxNewTokens: most };
    const [[best]] = await model.generate([inputIds], search);
    targetIds = best.ids;
  } else {
    if (tokenizer.encodeTarget === undefined) {
      throw new TypeError("Cannot show attention to a given target: the tokenizer reads no target");
    }
    targetIds = tokenizer.encodeTarget(target).ids;
    checkLength("target", targetIds.length, model.maxTargetTokens);
  }
  signal?.throwIfAborted();
  const { encoder, decoder, cross, alignment, startTokenId } = await model.attentions(
    inputIds,
    targetIds,
  );
  const nameOf = (id: number) => tokenizer.idToToken(id) ?? String(id);
  const targetTokens = targetIds.map(nameOf);
  return {
    source,
    target: target ?? tokenizer.decode(targetIds).trim(),
    isGenerated: target === undefined,
    sourceTokens,
    targetTokens,
    readTokens: [nameOf(startTokenId), ...targetTokens.slice(0, -1)],
    encoder,
    decoder,
    cross,
    alignment,
  };
}

function checkLength(side: "source" | "target", tokens: number, most: number): void {
  if (tokens <= most) return;
  throw new RangeError(
    `Cannot show attention: the ${side} has ${tokens} tokens and the model takes ${most}; ` +
      "give a shorter text",
  );
}
