/**
 * Cuts the texts that the small GPTs learn from into what they learn and what they are measured on.
 *
 *     deno run --allow-read --allow-write apps/experiments/gpt/texts.ts shakespeare|gutenberg FILE... --output DIR
 *
 * `shakespeare`: the first 90 % of the characters, and the rest, as nanoGPT cuts `input.txt` of char-rnn.
 * `gutenberg`: of each book, without the licence around it, the first 90 % up to a blank line, and the rest, all rests in
 * one file.
 */
import { Command } from "commander";

/** Cuts a text after a share of its characters. */
export function cutCharacters(text: string, share: number): [train: string, dev: string] {
  const letters = [...text];
  const place = Math.floor(letters.length * share);
  return [letters.slice(0, place).join(""), letters.slice(place).join("")];
}

/** Cuts a book of Project Gutenberg after the first blank line that follows a share of it. */
export function cutBook(file: string, share: number): [train: string, dev: string] {
  const all = file.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  const start = /\*\*\* ?START OF TH.*\n/.exec(all);
  const end = /\*\*\* ?END OF TH|End of (?:the )?Project Gutenberg/.exec(all);
  if (!start || !end) {
    throw new SyntaxError("Cannot cut the book: it has no marks of Project Gutenberg around it");
  }
  const book = all.slice(start.index + start[0].length, end.index).trim() + "\n";
  const place = book.indexOf("\n\n", Math.floor(book.length * share)) + 2;
  return [book.slice(0, place), book.slice(place)];
}

async function main(): Promise<void> {
  const program = new Command().argument("<kind>").argument("<file...>")
    .requiredOption("--output <dir>").parse(Deno.args, { from: "user" });
  const [kind, files] = program.processedArgs as [string, string[]];
  const { output } = program.opts<{ output: string }>();
  await Deno.mkdir(output, { recursive: true });
  const write = (name: string, text: string) => Deno.writeTextFile(`${output}/${name}`, text);
  if (kind === "shakespeare") {
    const [train, dev] = cutCharacters(await Deno.readTextFile(files[0]), 0.9);
    await write("shakespeare.train.txt", train);
    await write("shakespeare.dev.txt", dev);
    return;
  }
  const rests: string[] = [];
  for (const file of files) {
    const [train, dev] = cutBook(await Deno.readTextFile(file), 0.9);
    const [, name] = /([^/\\]+)\.txt$/.exec(file) ?? [, "book"];
    await write(`${name}.train.txt`, train);
    rests.push(dev);
  }
  await write("gutenberg.dev.txt", rests.join("\n"));
}

if (import.meta.main) await main();
