import { type Line, showText } from "@heed/checkpoint";
import { type CellFormat, endsAfterQuotes, formatOf, readCells, splitCells } from "./cells.ts";
import {
  type IndexOptions,
  indexText,
  type RecordFormat,
  type TextData,
  unreadable,
  type Unusable,
} from "./text_data.ts";

/** A file of rows, or a file for each text of a row, whose lines belong together. */
export type RowFile<Name extends string> =
  | string
  | URL
  | { readonly [name in Name]: string | URL };

/** A row: its texts by name, without white space around them. */
export type Row<Name extends string> = { readonly [name in Name]: string };

/** Options of {@linkcode indexRows}. */
export interface RowOptions<Name extends string> extends IndexOptions {
  /**
   * Where each text stands: a column from 0; or its name, in the header of CSV and TSV, or as a key of JSON.
   * Files that hold one text each need no column.
   */
  readonly columns: { readonly [name in Name]: number | string };
  /** How lines hold texts; default by the ending: `.csv`, `.jsonl`, `.ndjson`, `.txt`, else TSV. */
  readonly format?: CellFormat;
  /** Whether the first line of CSV and TSV names the columns; default true where a column is given by name. */
  readonly header?: boolean;
  /** What rows are called in errors, in the plural; default `rows`. */
  readonly what?: string;
}

/**
 * Opens rows of texts: single texts, pairs of texts, texts with labels, out of TSV, CSV, JSONL or plain lines.
 *
 * @param files The files, read as one.
 * @param options Columns and format.
 * @returns The index; a row without one of the texts is found when it is read.
 * @throws {RangeError} When there is no row, a header lacks a column, or files that belong together differ in
 * length.
 *
 * @example
 * ```ts
 * import { indexRows, openBlocks } from "@heed/training";
 * import { assertEquals } from "@std/assert";
 *
 * const csv = 'id,sentence,label\n1,"Good, I say",positive\n2,Bad,negative\n';
 * const rows = await indexRows([`data:,${encodeURIComponent(csv)}`], {
 *   format: "csv",
 *   columns: { text: "sentence", label: "label" },
 * });
 * const blocks = openBlocks(rows);
 * const [first] = await blocks.read(0);
 * await blocks.close();
 * assertEquals(first.problem === undefined && [first.text, first.label], ["Good, I say", "positive"]);
 * ```
 */
export async function indexRows<Name extends string>(
  files: readonly RowFile<Name>[],
  options: RowOptions<Name>,
): Promise<TextData<Row<Name>>> {
  const { columns, what = "rows", maxLines, blockLines } = options;
  const names = Object.keys(columns) as Name[];
  const sides = files.map((file) =>
    typeof file === "string" || file instanceof URL ? [file] : names.map((name) => file[name])
  );
  const tables = sides.flatMap(([path, ...others]) => others.length === 0 ? [path] : []);
  const formats = new Set(tables.map((path) => options.format ?? formatOf(path)));
  const [cells = "text"] = formats;
  const headers: (readonly string[] | undefined)[] = [];
  const named = Object.values(columns).some((column) => typeof column === "string");
  const hasHeader = tables.length > 0 &&
    (options.header ?? (named && (cells === "csv" || cells === "tsv")));
  const mixed = tables.length < sides.length && (hasHeader || cells === "csv");
  if (formats.size > 1 || mixed) {
    throw new RangeError(
      `Cannot read ${what} of ${
        [...formats, ...mixed ? ["a file for each text"] : []].join(" and ")
      } together: index each kind of file by itself`,
    );
  }
  const format: RecordFormat<Row<Name>> = {
    what,
    ends: cells === "csv" ? endsAfterQuotes : undefined,
    read: (lines, file) =>
      sides[file].length > 1
        ? readSides(lines, names)
        : readRow(lines, { columns, format: cells, header: headers[file] }),
  };
  const onHeader = (line: Line, file: number) => {
    const wanted = Object.values<number | string>(columns);
    headers[file] = readHeader(line, { path: sides[file][0], format: cells, wanted });
  };
  return await indexText(sides, {
    format,
    onHeader: hasHeader ? onHeader : undefined,
    maxLines,
    blockLines,
  });
}

function readRow<Name extends string>(
  lines: readonly Line[],
  { columns, format, header }: {
    columns: RowOptions<Name>["columns"];
    format: CellFormat;
    header: readonly string[] | undefined;
  },
): Row<Name> | Unusable | undefined {
  const read = readCells(lines, { format, header });
  if (read === undefined || "problem" in read) return read;
  const { cells, count } = read;
  const names = Object.keys(columns) as Name[];
  const missing = names.findLast((name) => cells(columns[name]) === undefined);
  if (missing !== undefined) return { problem: whereMissing(missing, columns[missing], count) };
  return textsOf(names, names.map((name) => cells(columns[name])));
}

function whereMissing(name: string, column: number | string, count: number | undefined): string {
  if (typeof column === "string") return `has no ${name}, ${JSON.stringify(column)}`;
  const columns = count === 1 ? "1 column" : `${count ?? "no"} columns`;
  return `has ${columns}, the ${name} is column ${column + 1}`;
}

function readSides<Name extends string>(
  lines: readonly Line[],
  names: readonly Name[],
): Row<Name> | Unusable {
  const bad = lines.findIndex(({ text }) => text === undefined);
  if (bad >= 0) {
    return { problem: `${bad > 0 ? `${names[bad]} side: ` : ""}${unreadable(lines[bad])}` };
  }
  return textsOf(names, lines.map(({ text }) => text));
}

function textsOf<Name extends string>(
  names: readonly Name[],
  values: readonly unknown[],
): Row<Name> | Unusable {
  const row: Record<string, string> = {};
  for (const [i, name] of names.entries()) {
    const value = values[i];
    if (typeof value === "object") return { problem: `the ${name} is no text, number or boolean` };
    const text = String(value).trim();
    if (text === "") return { problem: `the ${name} is empty` };
    row[name] = text;
  }
  return row as Row<Name>;
}

/** How many columns of a header an error names. */
const NAMED = 20;

function readHeader(
  line: Line,
  { path, format, wanted }: {
    path: string | URL;
    format: CellFormat;
    wanted: readonly (number | string)[];
  },
): string[] {
  const header = splitCells(line.text ?? "", format)?.map((name) => name.trim()) ?? [];
  const missing = wanted.find((column) => typeof column === "string" && !header.includes(column));
  if (missing === undefined) return header;
  const named = header.slice(0, NAMED).map((name) => showText(name)).map((name) =>
    JSON.stringify(name)
  );
  if (header.length > NAMED) named.push(`and ${header.length - NAMED} more`);
  throw new RangeError(
    `Cannot read ${path}: its header has no column ${JSON.stringify(missing)}; it has ${
      named.join(", ")
    }`,
  );
}
