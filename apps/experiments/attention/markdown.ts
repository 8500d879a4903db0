/** A table in Markdown; cells are aligned so that the file can be read as text. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((cell, column) =>
    Math.max(3, cell.length, ...rows.map((row) => row[column].length))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Most characters of a line of prose. */
const LINE = 100;

/** Words that would begin a list or a heading at the start of a line. */
const MARKER = /^(?:[-+*>]|#+|\d+[.)])$/;

/** A paragraph, or an item of a list: white space becomes one space, and lines end before they are too long. */
export function paragraph(text: string, { indent = "" }: { indent?: string } = {}): string {
  const lines: string[] = [""];
  for (const word of text.trim().split(/\s+/)) {
    const line = lines.at(-1)!;
    const isFull = line !== "" && line.length + 1 + word.length > LINE;
    if (isFull && !MARKER.test(word)) lines.push(indent + word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}

/** A list of items. */
export function list(items: readonly string[]): string {
  return items.map((item) => paragraph(`- ${item}`, { indent: "  " })).join("\n");
}

/** Text of others as it stands, whatever signs are in it. */
export function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, "\\$&");
}

/** A whole number with separators, as 1,234,567. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** Seconds as a person says them. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${whole(seconds)} s`;
  return `${whole(seconds / 60)} min`;
}
