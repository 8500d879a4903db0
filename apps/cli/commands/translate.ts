import { type Command, InvalidArgumentError, Option } from "commander";
import type { Glossary, TranslateStreamOptions, Translation } from "@heed/translation";
import { addTerm, readTerms, type TermPair } from "../glossary_input.ts";
import { chooseTranslator, type TextTranslator } from "../choose_translator.ts";
import { UsageError } from "../failure.ts";
import type { Host } from "../host.ts";
import { type InputFormat, inputFormat } from "../html_input.ts";
import type { InputLine } from "../lines.ts";
import {
  addLanguageOptions,
  addSearchOptions,
  positiveInteger,
  runtimeFrom,
  type SearchOptions,
} from "../options.ts";
import { checkOutput, openOutput, type Output } from "../output.ts";
import { startProgress } from "../progress.ts";
import { toJson, toText } from "../translation_format.ts";
import { documentInput, type Input, lineInput, textInput } from "../translate_input.ts";
import { startWarnings } from "../warnings.ts";
import { type AskedFormat, fileFormats, fileInput, translateFile } from "./translate_file.ts";

interface TranslateCommandOptions extends SearchOptions {
  readonly from?: string;
  readonly to?: string;
  readonly numReturnSequences: number;
  readonly input?: string;
  readonly output?: string;
  readonly json?: boolean;
  readonly attention?: boolean;
  readonly alignment?: boolean;
  readonly confidence?: boolean;
  readonly format: AskedFormat;
  /** Patterns; false with --no-protect, and true by default. */
  readonly protect: boolean | readonly RegExp[];
  readonly glossary?: string;
  readonly term?: readonly TermPair[];
  readonly inflected?: boolean;
  readonly mnemonics?: "keep" | "drop";
}

/** Adds `heed translate`. */
export function addTranslateCommand(program: Command, host: Host): void {
  const command = program.command("translate")
    .description("Translate texts, a file, or standard input line by line.")
    .argument("[text...]", "texts to translate, or a file such as letter.docx");
  addSearchOptions(addLanguageOptions(command))
    .option("--num-return-sequences <n>", "translations of each text", positiveInteger, 1)
    .option("--input <file>", "translate the lines of a file")
    .option(
      "--output <file>",
      "write to a file; when interrupted, what is written stays in FILE.part",
    )
    .addOption(
      new Option("--format <format>", "what the texts are; auto goes by the name of the file")
        .choices(["auto", "text", "html", ...fileFormats]).default("auto"),
    )
    .option(
      "--protect <regex>",
      "also leave what this matches as it is; may be given again",
      addPattern,
    )
    .option("--glossary <file>", "how terms are translated: TSV or CSV of two columns, or TBX")
    .option("--term <pair>", "how a term is translated, source=target; may be given again", addTerm)
    .option("--inflected", "also take regular inflected forms of terms, as the term itself")
    .option("--no-protect", "translate placeholders, addresses, paths and emoji, too")
    .addOption(
      new Option(
        "--mnemonics <what>",
        "marks of labels, &File: keep them by their word, or drop them",
      )
        .choices(["keep", "drop"]),
    )
    .option("--json", "write one JSON object a line: source, translation, score")
    .option("--attention", "with --json: also sourceTokens, targetTokens, attention")
    .option("--alignment", "with --json: also which words belong together, by their places")
    .option("--confidence", "mark doubtful words as [word?]; with --json: also words")
    .addHelpText(
      "after",
      `
Each text argument, and each line of a file or of standard input, is translated
by itself; it may hold any number of sentences. White space, line breaks and
list markers stay as they are, and empty lines stay empty. Lines are written as
soon as they are translated, in the order of the input.

With --from auto the language of each text is detected, and the model of that
language translates it; what no model translates stays, and --json says what was
detected.

A file that is named txt, html, md, srt, vtt, po, xliff, json, docx, odt, pptx or
epub, or of such a --format, is translated as a whole: only its texts change.

HTML is translated as a whole: tags within a sentence come back around the words
that they belong to; code, scripts and translate="no" stay as they are. Of every
text, placeholders (%s, {name}), addresses, paths, \`code\` and emoji stay, too.
What the model cannot translate stays as it was; --json says "untranslated".

Terms are whole words in any capitals, which are carried over; --json says where
each was used ("terms").

The score is the mean log-probability of a token (at --length-penalty 1); 0 is
certain. Of a text of several sentences the k-th translation is made of the k-th
best of each, and --attention gives a list "sentences".

Where no model goes from --from to --to, but one to English and one from there are
shipped or in the cache (heed models list), a text goes through both.

Of a model that heed calibrate has calibrated, --json also says "confidence": the
likely similarity (chrF) with a reference, from 0 to 1. --confidence is about
words: how likely a reference has the word in its place. Below 0.25 it is marked.

Examples:
  heed translate "Open the file." "Then close it."
  heed translate --from en --to de --input letter.txt --output brief.txt
  tail -f log | heed translate --num-beams 1
  heed translate --from auto --to de --input mixed.txt
  heed translate --glossary terms.tbx --from en --to de --term "cart=Warenkorb" < shop.txt
  heed translate --input page.html --output seite.html
  heed translate --from en --to de letter.docx --output brief.docx
  heed translate --json --attention "Where is my key?"`,
    )
    .action((texts: string[], options: TranslateCommandOptions) => translate(texts, options, host));
}

async function translate(
  texts: string[],
  options: TranslateCommandOptions,
  host: Host,
): Promise<void> {
  checkOptions(texts, options);
  const runtime = runtimeFrom(options, host);
  const { glossary, glossaryOf } = await readTerms(options);
  const load = {
    ...runtime,
    maxSentenceTokens: options.maxSentenceTokens,
    shortlist: options.shortlist,
  };
  const loadTranslator = await chooseTranslator({ ...options, load, glossaryOf }, host);
  const file = await fileInput(texts, options);
  const format = inputFormat(options.format, options.input);
  if ((file?.format ?? format) === "html" && options.mnemonics !== undefined) {
    throw new UsageError(
      `Cannot ${options.mnemonics} mnemonics in HTML, whose & begins an entity: leave out --mnemonics`,
    );
  }
  if (file !== undefined) {
    await checkOutput(host, { path: options.output, paths: [file.path] });
    using translator = await loadTranslator();
    const own = { ...streamOptions(options, host), glossary };
    return await translateFile(file, { translator, options: own, output: options.output, host });
  }
  const lines = texts.length > 0 ? textInput(texts) : await lineInput(options.input, host);
  using input = format === "html" && texts.length === 0 ? documentInput(lines) : lines;
  const target = {
    path: options.output,
    paths: options.input === undefined ? [] : [options.input],
    standardInput: texts.length === 0 && options.input === undefined,
  };
  await checkOutput(host, target);
  using translator = await loadTranslator();
  await using output = await openOutput(host, target);
  await pump(input, output, { translator, options, format, glossary, host });
  await output.finish();
}

function checkOptions(texts: string[], options: TranslateCommandOptions): void {
  const { numReturnSequences, numBeams } = options;
  if (texts.length > 0 && options.input !== undefined) {
    throw new UsageError("Cannot translate text arguments and --input at once: give one of them");
  }
  if (numReturnSequences > numBeams) {
    throw new UsageError(
      `Cannot return ${numReturnSequences} translations from ${numBeams} beams: ` +
        `raise --num-beams to at least ${numReturnSequences}`,
    );
  }
  if (options.attention && !options.json) {
    throw new UsageError("Cannot write attention as plain text: add --json");
  }
  if (options.alignment && !options.json) {
    throw new UsageError("Cannot write alignment as plain text: add --json");
  }
}

/** Adds a pattern of --protect to those before it. */
function addPattern(source: string, before: boolean | readonly RegExp[]): readonly RegExp[] {
  try {
    return [...(typeof before === "boolean" ? [] : before ?? []), new RegExp(source, "u")];
  } catch {
    throw new InvalidArgumentError("It is no regular expression.");
  }
}

/** Translates line by line, with no more lines in memory than the translator reads ahead. */
async function pump(
  input: Input,
  output: Output,
  context: {
    translator: TextTranslator;
    options: TranslateCommandOptions;
    format: InputFormat;
    glossary: Glossary | undefined;
    host: Host;
  },
): Promise<void> {
  const { translator, options, host } = context;
  using progress = await startProgress(host, {
    total: input.bytes,
    unit: "lines",
    sharesTerminal: host.stdoutIsTerminal && options.output === undefined,
  });
  using warnings = startWarnings(host);
  const waiting: InputLine[] = [];
  async function* texts(): AsyncGenerator<string> {
    for await (const line of input.lines) {
      if (!line.isValid) {
        warnings.add(`line ${line.number} is not UTF-8: replaced what cannot be read`);
      }
      waiting.push(line);
      yield line.text;
    }
  }
  const started = performance.now();
  let bytes = 0;
  const { format, glossary } = context;
  const translateOptions = { ...streamOptions(options, host), format, glossary };
  for await (const ranked of translator.translateStream(texts(), translateOptions)) {
    const line = waiting.shift()!;
    await output.write(written(ranked, { line, json: options.json ?? false }));
    bytes += line.bytes;
    const rate = line.number / (performance.now() - started) * 1000;
    progress.update(input.bytes === undefined ? line.number : bytes, `${rate.toFixed(1)} lines/s`);
  }
}

function streamOptions(options: TranslateCommandOptions, host: Host): TranslateStreamOptions {
  const { from, to, numBeams, lengthPenalty, numReturnSequences, maxNewTokens, batchSize } =
    options;
  const { attention, alignment, confidence: words, protect, mnemonics } = options;
  return {
    from,
    to,
    numBeams,
    lengthPenalty,
    numReturnSequences,
    maxNewTokens,
    batchSize,
    attention,
    alignment,
    words,
    protect,
    mnemonics,
    signal: host.signal,
  };
}

function written(
  ranked: readonly Translation[],
  { line, json }: { line: InputLine; json: boolean },
): string {
  return json ? toJson(ranked) : toText(ranked, line.ending);
}
