/** A line of a Dockerfile. */
export interface Instruction {
  /** What it does, in capitals. */
  readonly name: string;
  /** What stands behind that, in one line. */
  readonly text: string;
}

/** Reads the instructions of a Dockerfile; lines that end with a backslash go on in the next. */
export function parseDockerfile(source: string): Instruction[] {
  const lines = source.replaceAll(/^#.*\n/gm, "").replaceAll(/\\\n\s*/g, "").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => {
    const [, name, text] = /^(\w+)\s+(.*)$/.exec(line.trim()) ?? [];
    if (name === undefined) throw new SyntaxError(`Cannot read "${line}" in the Dockerfile`);
    return { name: name.toUpperCase(), text };
  });
}
