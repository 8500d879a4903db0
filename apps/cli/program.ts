import { Command } from "commander";
import config from "./deno.json" with { type: "json" };
import { addAlignCommand } from "./commands/align.ts";
import { addAnswerCommand } from "./commands/answer.ts";
import { addAttentionCommand } from "./commands/attention.ts";
import { addCalibrateCommand } from "./commands/calibrate.ts";
import { addClassifyCommand } from "./commands/classify.ts";
import { addDetectCommand } from "./commands/detect.ts";
import { addDevicesCommand } from "./commands/devices.ts";
import { addEmbedCommand } from "./commands/embed.ts";
import { addEvaluateCommand } from "./commands/evaluate.ts";
import { addFillMaskCommand } from "./commands/fill_mask.ts";
import { addFinetuneCommand } from "./commands/finetune.ts";
import { addGenerateCommand } from "./commands/generate.ts";
import { addKeysCommand } from "./commands/keys.ts";
import { addModelsCommand } from "./commands/models.ts";
import { addPerplexityCommand } from "./commands/perplexity.ts";
import { addPretrainCommand } from "./commands/pretrain.ts";
import { addScoreCommand } from "./commands/score.ts";
import { addSearchCommand } from "./commands/search.ts";
import { addShortlistCommand } from "./commands/shortlist.ts";
import { addSimilarityCommand } from "./commands/similarity.ts";
import { addTagCommand } from "./commands/tag.ts";
import { addTokenizeCommand } from "./commands/tokenize.ts";
import { addTrainCommand } from "./commands/train.ts";
import { addTranslateCommand } from "./commands/translate.ts";
import { addWorkerCommand } from "./commands/worker.ts";
import { endingOf } from "./failure.ts";
import type { Host } from "./host.ts";

/** Adds a command to the program. Each loads the packages it needs only when it runs. */
type AddCommand = (program: Command, host: Host) => void;

const commands: readonly AddCommand[] = [
  addTranslateCommand,
  addEvaluateCommand,
  addScoreCommand,
  addTrainCommand,
  addDevicesCommand,
  addDetectCommand,
  addTokenizeCommand,
  addAttentionCommand,
  addAlignCommand,
  addShortlistCommand,
  addCalibrateCommand,
  addModelsCommand,
  addEmbedCommand,
  addSimilarityCommand,
  addSearchCommand,
  addClassifyCommand,
  addFillMaskCommand,
  addTagCommand,
  addAnswerCommand,
  addFinetuneCommand,
  addPretrainCommand,
  addGenerateCommand,
  addPerplexityCommand,
  addWorkerCommand,
  addKeysCommand,
];

/**
 * The command line as commander sees it.
 *
 * @param host Where commands read and write.
 * @param write Where help goes; commander does not wait for it.
 */
export function createProgram(host: Host, write: (text: string) => void): Command {
  const program = new Command("heed")
    .description("Attention models: train, translate, read, write, evaluate.")
    .version(config.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print what there is to know")
    .helpCommand("help [command]", "print what there is to know about a command")
    .showSuggestionAfterError()
    .showHelpAfterError("Try --help.")
    .exitOverride()
    .configureOutput({
      writeOut: write,
      writeErr: (text) => host.writeError(text),
      outputError: (text, write) => write(text.replace(/^error: /, "heed: ")),
      getOutHelpWidth: () => host.columns,
      getErrHelpWidth: () => host.columns,
      // Said here, because commander would ask the environment, for which Deno wants a permission.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText(
      "after",
      `
Examples:
  heed translate "Open the file." --from en --to de
  heed translate --input letter.txt --output brief.txt
  cat lines.txt | heed translate --json
  heed evaluate --test test.tsv
  heed devices
  heed tokenize encode < lines.txt
  heed attention "Open the file." --out page.html

Exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted.
HEED_DEBUG=1 adds the stack to an error.`,
    );
  for (const add of commands) add(program, host);
  return program;
}

/**
 * Runs a command line.
 *
 * @returns The exit code.
 */
export async function run(args: readonly string[], host: Host): Promise<number> {
  const help: string[] = [];
  try {
    await createProgram(host, (text) => help.push(text)).parseAsync(args, { from: "user" });
    return 0;
  } catch (thrown) {
    // Whatever an interruption broke on its way, it is the reason.
    const error = host.signal.aborted ? host.signal.reason : thrown;
    const { exitCode, message } = endingOf(error);
    if (message !== "") {
      const stack = host.environment("HEED_DEBUG") && error instanceof Error ? error.stack : "";
      host.writeError(`heed: ${stack || message}\n`);
    }
    return exitCode;
  } finally {
    if (help.length > 0) await host.writeOut(help.join("")).catch(() => {});
  }
}
