import { type Command, InvalidArgumentError, Option } from "commander";
import { matrixRecord, pageRecords, pageSize, type ShownAttention } from "../attention_records.ts";
import { encoderAttention } from "../encoder_attention.ts";
import { UsageError } from "../failure.ts";
import type { Host } from "../host.ts";
import { chooseModel, locateModel } from "../models.ts";
import {
  addRuntimeOptions,
  positiveInteger,
  runtimeFrom,
  type RuntimeOptions,
} from "../options.ts";
import { checkOutput, writeWhole } from "../output.ts";
import { checkTextOptions, isLanguageModel, textAttention } from "../text_attention.ts";
import { untilInterrupted } from "../until_interrupted.ts";

interface AttentionCommandOptions extends RuntimeOptions {
  readonly model?: string;
  readonly from?: string;
  readonly to?: string;
  readonly layer?: number;
  readonly head?: number;
  readonly self?: boolean;
  readonly tokens?: boolean;
  readonly numBeams: number;
  readonly lines?: boolean;
  readonly theme: "light" | "dark";
  readonly out?: string;
}

/** What a file's name may end with. */
const formats = ["html", "svg", "png"] as const;
type Format = typeof formats[number];

/** Pages of more weights open slowly: 200 tokens of a model of 6 + 6 layers of 8 heads are 5.8 million. */
const MOST_PAGE_WEIGHTS = 6e6;

/** Adds `heed attention`. */
export function addAttentionCommand(program: Command, host: Host): void {
  const command = program.command("attention")
    .description("Draw what a model attends to when it translates a sentence, or reads a text.")
    .argument("<source>", "a sentence; with a GPT or an encoder any text")
    .argument("[target]", "its translation; the model's own when left out")
    .option("--from <language>", "language of the sentence, such as en")
    .option("--to <language>", "language of the translation, such as de")
    .option("--model <dir>", "model directory, of a GPT or an encoder too; the shipped by default")
    .option("--layer <n>", "only this layer, from 0", index)
    .option("--head <n>", "only this head, from 0; else the mean of a layer", index)
    .option("--self", "attention of the sentence to itself, in the encoder")
    .option("--tokens", "tokens as the model has them, instead of words")
    .option("--num-beams <n>", "number of beams, 1 for greedy search", positiveInteger, 4)
    .option("--lines", "lines between the words instead of a matrix, in a picture (.svg, .png)")
    .addOption(
      new Option("--theme <name>", "colours of a picture").choices(["light", "dark"])
        .default("light"),
    )
    .option("--out <file>", `draw to a file: ${formats.map((format) => `.${format}`).join(", ")}`);
  addRuntimeOptions(command)
    .addHelpText(
      "after",
      `
With a GPT the text's tokens attend to themselves and those before them: the
mean of the last layer, or --layer and --head; a page has all of them.

The text is taken as one sentence. Without --out the picture is made of
characters. A picture has the source above and the target to the left. It shows
the heads that the model's files name for alignment ("heed align" finds them),
else the mean of the last layer. --layer and --head show others; each row is
then the step that produces its word. --lines draws target and source as two
columns of words, and a line for each weight, thicker for a larger one.

Of an encoder such as BERT it shows what a text attends to in itself: the mean of
the last layer, or what --layer and --head choose.

A page (.html) has all layers and heads of encoder and decoder to look around
in, works from disk, and takes some 200 tokens; --layer, --head and --self keep
it smaller.

Examples:
  heed attention "The file could not be opened."
  heed attention "Open the file." "Öffnen Sie die Datei." --out figure.svg
  heed attention "Open the file." --lines --out lines.svg
  heed attention "The cat slept because it was tired." --out page.html
  heed attention --model bert/ "The animal was tired, so it slept." --out it.html
  heed attention "Close it." --self --layer 3 --head 0 --tokens --out it.png`,
    )
    .action((source: string, target: string | undefined, options: AttentionCommandOptions) =>
      attention({ source, target }, options, host)
    );
}

/** Reads the number of a layer or a head. */
function index(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be an integer from 0.");
}

async function attention(
  texts: { source: string; target?: string },
  options: AttentionCommandOptions,
  host: Host,
): Promise<void> {
  const { out } = options;
  checkTexts(texts);
  const format = out === undefined ? undefined : formatOf(out);
  if (options.lines) checkLines(format);
  await checkOutput(host, { path: out });
  const encoded = await encoderAttention(texts, options, host);
  const shown = encoded ?? await shownAttention(texts, options, host);
  const what = encoded ? { ...options, self: true } : options;
  checkSelf(shown, what);
  if (out === undefined || format === undefined) return await drawText(shown, what, host);
  await writeWhole(out, await draw(shown, what, format), { host });
}

/** Of a text over itself where the model writes texts, else of a translation. */
async function shownAttention(
  { source, target }: { source: string; target?: string },
  options: AttentionCommandOptions,
  host: Host,
): Promise<ShownAttention> {
  const runtime = runtimeFrom(options, host);
  if (options.model !== undefined) {
    const model = await locateModel(options.model, host, options);
    if (await untilInterrupted(isLanguageModel(model), host.signal)) {
      checkTextOptions(target, options);
      return await textAttention(source, { ...options, model }, host);
    }
  }
  const { assertAttends } = await import("@heed/translation");
  const model = await chooseModel(options, host);
  await untilInterrupted(assertAttends(model), host.signal);
  using translator = await host.loadTranslator(model, runtime);
  const { from, to, numBeams } = options;
  return await translator.attention(source, { target, from, to, numBeams, signal: host.signal });
}

function checkTexts({ source, target }: { source: string; target?: string }): void {
  if (source.trim() === "") {
    throw new UsageError("Cannot show attention of no text: give a sentence");
  }
  if (target?.trim() === "") {
    throw new UsageError(
      "Cannot show attention of an empty translation: leave it out for the model's own",
    );
  }
}

function formatOf(path: string): Format {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1].toLowerCase();
  const format = formats.find((format) => format === ending);
  if (format !== undefined) return format;
  throw new UsageError(
    `Cannot draw to ${path}: its name must end with ${
      formats.map((format) => `.${format}`).join(", ")
    }`,
  );
}

function checkLines(format: Format | undefined): void {
  if (format === "svg" || format === "png") return;
  throw new UsageError(
    format === undefined
      ? "Cannot draw lines with characters: name a picture with --out, .svg or .png"
      : "Cannot draw lines alone on a page, which has them anyhow: leave --lines out, or name a .svg or .png",
  );
}

function checkSelf({ encoder }: ShownAttention, { self }: AttentionCommandOptions): void {
  if (!self || encoder !== undefined) return;
  throw new TypeError(
    "Cannot show attention of the sentence to itself: a recurrent model has none; leave --self out",
  );
}

async function drawText(
  pair: ShownAttention,
  options: AttentionCommandOptions,
  host: Host,
): Promise<void> {
  const { alignmentText } = await import("@heed/visualize");
  const text = alignmentText(await matrixRecord(pair, options), {
    color: host.stdoutIsTerminal && host.environment("NO_COLOR") === undefined,
    width: host.columns,
  });
  const heading = pair.isGenerated && !options.self ? `${pair.target}\n\n` : "";
  await host.writeOut(heading + text);
}

async function draw(
  pair: ShownAttention,
  options: AttentionCommandOptions,
  format: Format,
): Promise<Uint8Array> {
  if (format === "html") return new TextEncoder().encode(await page(pair, options));
  const { alignmentSvg, linesSvg } = await import("@heed/visualize");
  const drawSvg = options.lines ? linesSvg : alignmentSvg;
  const svg = drawSvg(await matrixRecord(pair, options), {
    theme: options.theme,
    title: headingOf(options, pair),
  });
  if (format === "svg") return new TextEncoder().encode(svg);
  const { svgToPng } = await import("@heed/visualize/png");
  return await svgToPng(svg);
}

/** Says what is drawn where somebody chose it; the words of the picture speak for the rest. */
function headingOf(
  { self, layer, head }: AttentionCommandOptions,
  { cross }: ShownAttention,
): string | undefined {
  if (cross && !self && layer === undefined && head === undefined) return undefined;
  return [
    self ? "Encoder" : cross ? "Decoder to source" : "Decoder",
    layer === undefined ? "last layer" : `layer ${layer}`,
    head === undefined ? "mean of its heads" : `head ${head}`,
  ].join(", ");
}

/** A heading has room for so much of a text. */
function shortened(text: string): string {
  const letters = [...text.trim()];
  return letters.length <= 80 ? letters.join("") : `${letters.slice(0, 79).join("")}…`;
}

async function page(pair: ShownAttention, options: AttentionCommandOptions): Promise<string> {
  const { attentionHtml } = await import("@heed/visualize");
  const size = pageSize(pair, options);
  if (size > MOST_PAGE_WEIGHTS) {
    const { sourceTokens, targetTokens } = pair;
    const longest = Math.max(sourceTokens.length, targetTokens.length);
    const most = Math.floor(longest * Math.sqrt(MOST_PAGE_WEIGHTS / size));
    throw new RangeError(
      `Cannot make a page of ${sourceTokens.length} and ${targetTokens.length} tokens: with so ` +
        `many layers and heads it takes some ${most}; choose --layer, --self, a shorter text, or .svg`,
    );
  }
  const source = shortened(pair.source);
  const title = options.self || !pair.cross ? source : `${source} → ${shortened(pair.target)}`;
  return attentionHtml(await pageRecords(pair, options), { title });
}
