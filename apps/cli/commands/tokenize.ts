import type { Command } from "commander";
import type { Host } from "../host.ts";
import { addTokenizeDecodeCommand } from "./tokenize_decode.ts";
import { addTokenizeEncodeCommand } from "./tokenize_encode.ts";
import { addTokenizeInfoCommand } from "./tokenize_info.ts";
import { addTokenizeTrainCommand } from "./tokenize_train.ts";

/** Adds `heed tokenize` and its subcommands. */
export function addTokenizeCommand(program: Command, host: Host): void {
  const command = program.command("tokenize")
    .description("Text to token ids and back; train a vocabulary.")
    .addHelpText(
      "after",
      `
--tokenizer takes a tokenizer.json, a SentencePiece .spm or .model file, a
vocab.txt, a vocab.json with merges.txt beside it, or a model folder.

Examples:
  echo "Open the file." | heed tokenize encode
  heed tokenize encode --tokenizer tokenizer.json --json < lines.txt
  heed tokenize encode < lines.txt | heed tokenize decode
  heed tokenize train --type bpe --vocab-size 8000 --input a.txt b.txt --output tokenizer.json
  heed tokenize info --tokenizer tokenizer.json`,
    );
  for (
    const add of [
      addTokenizeEncodeCommand,
      addTokenizeDecodeCommand,
      addTokenizeTrainCommand,
      addTokenizeInfoCommand,
    ]
  ) add(command, host);
}
