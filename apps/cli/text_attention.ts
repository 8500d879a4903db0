import type { Host } from "./host.ts";
import type { ShownAttention } from "./attention_records.ts";
import type { ModelChoice } from "./models.ts";
import { UsageError } from "./failure.ts";
import { runtimeFrom, type RuntimeOptions } from "./options.ts";
import { untilInterrupted } from "./until_interrupted.ts";

/** Whether the model of a folder writes texts rather than translating them. */
export async function isLanguageModel(directory: string): Promise<boolean> {
  const { openModel } = await import("@heed/model");
  const opened = await openModel(directory);
  return await opened.has("config.json") && (await opened.family()).kind === "decoder";
}

/** Refuses what only a translation has. */
export function checkTextOptions(
  target: string | undefined,
  { from, to, self }: Pick<ModelChoice, "from" | "to"> & { readonly self?: boolean },
): void {
  const given = Object.entries({ target, "--from": from, "--to": to, "--self": self })
    .find(([, value]) => value !== undefined);
  if (given === undefined) return;
  throw new UsageError(
    `Cannot use ${given[0]} with a language model: it reads one text, which attends to itself`,
  );
}

/** Looks at what the tokens of a text attend to in a language model. */
export async function textAttention(
  text: string,
  { model: directory, ...options }: RuntimeOptions & { readonly model: string },
  host: Host,
): Promise<ShownAttention> {
  const { dtype, threads } = runtimeFrom(options, host);
  const { loadTokenizer, openModel } = await import("@heed/model");
  const { CausalEngine } = await import("@heed/engine");
  const opened = await openModel(directory);
  const { tokenizer } = await untilInterrupted(loadTokenizer(opened), host.signal);
  using model = await CausalEngine.load(opened, { dtype, threads, signal: host.signal });
  const { ids, tokens } = tokenizer.encode(text);
  const { attentions } = await model.decode([...ids], { outputAttentions: true });
  const all = [...tokens];
  return {
    source: text,
    target: text,
    isGenerated: false,
    sourceTokens: all,
    targetTokens: all,
    readTokens: all,
    decoder: attentions,
  };
}
