import type { Host } from "./host.ts";
import { type InputLine, inputLines } from "./lines.ts";
import { startWarnings } from "./warnings.ts";

/** Lines of standard input; says on standard error when it waits for a person, and which lines are not UTF-8. */
export async function* standardInput(host: Host): AsyncGenerator<InputLine> {
  if (host.stdinIsTerminal) {
    host.writeError("Reading from the terminal; Ctrl-D ends the input.\n");
  }
  using warnings = startWarnings(host);
  for await (const line of inputLines(host.stdin, { signal: host.signal })) {
    if (!line.isValid) {
      warnings.add(`line ${line.number} is not UTF-8: replaced what cannot be read`);
    }
    yield line;
  }
}
