import type { Command } from "commander";
import type { Host } from "../host.ts";
import { loadTokenizer } from "../tokenizers.ts";

interface InfoCommandOptions {
  readonly tokenizer?: string;
  readonly json?: boolean;
}

/** Adds `heed tokenize info`. */
export function addTokenizeInfoCommand(parent: Command, host: Host): void {
  parent.command("info")
    .description("Say what a tokenizer is made of.")
    .option("--tokenizer <path>", "file or model folder; the shipped model's by default")
    .option("--json", "write one JSON object")
    .addHelpText(
      "after",
      `
Examples:
  heed tokenize info
  heed tokenize info --tokenizer tokenizer.json --json`,
    )
    .action((options: InfoCommandOptions) => info(options, host));
}

async function info({ tokenizer: path, json }: InfoCommandOptions, host: Host): Promise<void> {
  const { format, tokenizer } = await loadTokenizer(path, host);
  const record = { format, vocabSize: tokenizer.vocabSize, ...await describe(tokenizer) };
  await host.writeOut(json ? JSON.stringify(record) + "\n" : table(record));
}

/** The names of a pipeline's parts, and what each kind of tokenizer knows about itself. */
async function describe(tokenizer: object): Promise<Record<string, unknown>> {
  const { MarianTokenizer, PipelineTokenizer, SentencePieceTokenizer } = await import(
    "@heed/tokenizer"
  );
  if (tokenizer instanceof MarianTokenizer) {
    return { model: "Unigram", specialTokens: marianSpecials(tokenizer) };
  }
  if (tokenizer instanceof SentencePieceTokenizer) {
    const { trainerSpec, normalizerSpec, pieces } = tokenizer.model;
    const controls = pieces.filter(({ type }) => type === 2 || type === 3);
    return {
      model: trainerSpec.modelType === 2 ? "BPE" : "Unigram",
      normalizer: normalizerSpec.name,
      byteFallback: trainerSpec.byteFallback ?? false,
      specialTokens: controls.map(({ piece }) => piece),
    };
  }
  if (!(tokenizer instanceof PipelineTokenizer)) return {};
  const json = tokenizer.toJson() as Record<string, Component>;
  const added = json.added_tokens as unknown as { content: string; special: boolean }[];
  return {
    model: names(json.model),
    normalizer: names(json.normalizer),
    preTokenizer: names(json.pre_tokenizer),
    postProcessor: names(json.post_processor),
    decoder: names(json.decoder),
    truncation: json.truncation?.max_length,
    specialTokens: added.filter(({ special }) => special).map(({ content }) => content),
    addedTokens: added.filter(({ special }) => !special).length,
  };
}

interface Component {
  type: string;
  max_length?: number;
  [parts: string]: unknown;
}

/** `BertNormalizer`, or `NFC, Lowercase` of a sequence. */
function names(component: Component | null | undefined): string | undefined {
  if (component === null || component === undefined) return undefined;
  if (component.type !== "Sequence") return component.type;
  const parts = Object.values(component).find(Array.isArray) as Component[];
  return parts.map(names).join(", ");
}

function marianSpecials(
  tokenizer: import("@heed/tokenizer").MarianTokenizer,
): (string | undefined)[] {
  const { eosTokenId, unkTokenId, padTokenId } = tokenizer;
  return [eosTokenId, unkTokenId, padTokenId].map((id) => tokenizer.idToToken(id));
}

const MOST_SHOWN = 10;

/** One line for each fact: `vocabSize` becomes `vocab size`. */
function table(record: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(record).filter(([, value]) => value !== undefined);
  const titles = rows.map(([key]) => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
  const width = Math.max(...titles.map((title) => title.length));
  return rows.map(([, value], i) => `${titles[i].padEnd(width)}  ${shown(value)}\n`).join("");
}

function shown(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  if (value.length === 0) return "none";
  const rest = value.length - MOST_SHOWN;
  return value.slice(0, MOST_SHOWN).join(" ") + (rest > 0 ? ` and ${rest} more` : "");
}
