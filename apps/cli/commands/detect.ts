import { type Command, InvalidArgumentError } from "commander";
import { checkTexts, textGroups } from "../encoder_command.ts";
import type { Host } from "../host.ts";

interface DetectCommandOptions {
  readonly input?: string;
  readonly json?: boolean;
  readonly among: readonly string[];
}

/** Adds `heed detect`. */
export function addDetectCommand(program: Command, host: Host): void {
  program.command("detect")
    .description("Say which language each text is in, of 60.")
    .argument("[text...]", "texts; default the lines of --input or of standard input")
    .option("--input <file>", "read the lines of a file")
    .option(
      "--among <languages>",
      "languages that a short text is rather in, such as en,de,fr",
      languageList,
      [],
    )
    .option("--json", "write one JSON object a line: text, language, confidence, languages")
    .addHelpText(
      "after",
      `
Writes the tag of the language, a line for each text, as ISO 639-1 has it. A text
without letters has none, and an empty line. A few words are often like several
languages: --among helps, and --json says how much each one is like, from 0 to 1.

Examples:
  heed detect "Where is my key?" "Wo ist mein Schlüssel?"
  heed detect --input lines.txt | sort | uniq -c
  heed detect --json --among en,de < lines.txt`,
    )
    .action((texts: string[], options: DetectCommandOptions) => detect(texts, options, host));
}

async function detect(texts: string[], options: DetectCommandOptions, host: Host): Promise<void> {
  checkTexts(texts, options);
  const { input, json, among } = options;
  const { detectLanguage } = await import("@heed/translation/detect");
  for await (const group of textGroups(texts, { input, host })) {
    host.signal.throwIfAborted();
    const lines = await Promise.all(group.map(async (text) => {
      const languages = (await detectLanguage(text, { offered: among })).map((one) => ({
        ...one,
        confidence: Number(one.confidence.toFixed(4)),
      })).filter(({ confidence }) => confidence > 0);
      const [{ language, confidence } = { language: undefined, confidence: 0 }] = languages;
      return json
        ? JSON.stringify({ text, language: language ?? null, confidence, languages })
        : language ?? "";
    }));
    await host.writeOut(lines.join("\n") + "\n");
  }
}

function languageList(text: string): string[] {
  const languages = text.split(/[,\s]+/).filter(Boolean).map((tag) => tag.toLowerCase());
  if (languages.length > 0 && languages.every((tag) => /^[a-z]{2}$/.test(tag))) return languages;
  throw new InvalidArgumentError("Give tags of two letters with commas between, such as en,de.");
}
