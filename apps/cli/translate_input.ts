import type { Host } from "./host.ts";
import { wholeDocument } from "./html_input.ts";
import { type InputLine, inputLines } from "./lines.ts";
import { openFile } from "./output.ts";

/** What is translated: lines, and how many bytes they are together if that is known. */
export interface Input extends Disposable {
  readonly lines: AsyncIterable<InputLine> | Iterable<InputLine>;
  readonly bytes?: number;
}

/** Texts that were given as arguments. */
export function textInput(texts: readonly string[]): Input {
  const lines = texts.map((text, i) => ({
    number: i + 1,
    text,
    ending: "\n",
    bytes: text.length + 1,
    isValid: true,
  }));
  const bytes = lines.reduce((sum, line) => sum + line.bytes, 0);
  return { lines, bytes, [Symbol.dispose]: () => {} };
}

/** All lines of an input as one. */
export function documentInput(input: Input): Input {
  const { lines, bytes } = input;
  return { lines: wholeDocument(lines), bytes, [Symbol.dispose]: () => input[Symbol.dispose]() };
}

/** The lines of a file, or of standard input. */
export async function lineInput(path: string | undefined, host: Host): Promise<Input> {
  const { signal } = host;
  if (path === undefined) {
    if (host.stdinIsTerminal) {
      host.writeError("Reading from the terminal; Ctrl-D ends the input.\n");
    }
    return { lines: inputLines(host.stdin, { signal }), [Symbol.dispose]: () => {} };
  }
  const file = await openFile(path, { read: true });
  const { isFile, isDirectory, size } = await file.stat();
  if (isDirectory) {
    file.close();
    throw new Error(`Cannot read ${path}: it is a folder`);
  }
  return {
    lines: inputLines(file.readable, { signal }),
    bytes: isFile ? size : undefined,
    [Symbol.dispose]: () => {
      try {
        file.close();
      } catch {
        // the stream closes the file when it has been read to its end
      }
    },
  };
}
