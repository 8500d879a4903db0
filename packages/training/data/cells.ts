import type { Line } from "@heed/checkpoint";
import { unreadable, type Unusable } from "./text_data.ts";

/** How a line holds several texts. */
export type CellFormat =
  /** Tab-separated, without quotes. */
  | "tsv"
  /** Comma-separated; a cell in double quotes may hold commas, line ends and, doubled, quotes (RFC 4180). */
  | "csv"
  /** An object or array of JSON a line. */
  | "jsonl"
  /** The whole line is one text. */
  | "text";

/** Gives the cell at a column, a number from 0 or a name; undefined where the record has none. */
export type Cells = (column: number | string) => unknown;

/** The lines that a record of CSV may have, so that a quote without an end does not swallow the file. */
const MAX_QUOTED_LINES = 100;

/** The format that the ending of a file's name says; TSV for all others. */
export function formatOf(path: string | URL): CellFormat {
  const ending = /\.(\w+)$/.exec(String(path).replace(/[?#].*$/, ""))?.[1].toLowerCase();
  if (ending === "csv") return "csv";
  if (ending === "txt") return "text";
  return ending === "jsonl" || ending === "ndjson" ? "jsonl" : "tsv";
}

/** Cells of a record; `header`: the names of columns. Undefined for an empty line of JSON. */
export function readCells(
  lines: readonly Line[],
  { format, header }: { format: CellFormat; header?: readonly string[] },
): { cells: Cells; count?: number } | Unusable | undefined {
  const bad = lines.find(({ text }) => text === undefined);
  if (bad) return { problem: unreadable(bad) };
  const text = lines.map((line) => line.text).join("\n");
  if (format === "jsonl") return text.trim() === "" ? undefined : jsonCells(text);
  const cells = splitCells(text, format);
  if (cells === undefined) return { problem: "has a quoted cell that does not end" };
  const at = (column: number | string) =>
    cells[typeof column === "number" ? column : header?.indexOf(column) ?? -1];
  return { cells: at, count: cells.length };
}

/** Cuts a record of TSV, CSV or plain text into its cells; undefined when a quoted cell does not end. */
export function splitCells(text: string, format: CellFormat): string[] | undefined {
  if (format === "csv") return csvCells(text);
  return format === "tsv" ? text.split("\t") : [text];
}

/** For records of CSV, of which one ends with the line that ends its last quoted cell. */
export function endsAfterQuotes(): (line: Line) => boolean {
  let lines: string[] = [];
  return ({ text }) => {
    lines.push(text ?? "");
    if (lines.length < MAX_QUOTED_LINES && csvCells(lines.join("\n")) === undefined) return false;
    lines = [];
    return true;
  };
}

/** Cells of a record of CSV; undefined when a quoted cell does not end. */
function csvCells(text: string): string[] | undefined {
  const cells: string[] = [];
  for (let begin = 0; begin <= text.length;) {
    let cell = "";
    if (text[begin] === '"') {
      let quote: number;
      while (true) {
        quote = text.indexOf('"', begin + 1);
        if (quote < 0) return undefined;
        cell += text.slice(begin + 1, quote);
        if (text[quote + 1] !== '"') break;
        cell += '"'; // doubled
        begin = quote + 1;
      }
      begin = quote + 1;
    }
    const comma = text.indexOf(",", begin);
    const end = comma < 0 ? text.length : comma;
    cells.push(cell + text.slice(begin, end));
    begin = end + 1;
  }
  return cells;
}

function jsonCells(text: string): { cells: Cells; count?: number } | Unusable {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    return { problem: "is not JSON" };
  }
  if (typeof row !== "object" || row === null) return { problem: "is no object or array of JSON" };
  const cells: Cells = (column) =>
    Object.hasOwn(row, column) ? (row as Record<number | string, unknown>)[column] : undefined;
  return Array.isArray(row) ? { cells, count: row.length } : { cells };
}
