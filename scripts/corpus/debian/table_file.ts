import type { Pair } from "./pair.ts";
import { oneLine } from "./text/sentence_pairs.ts";

const FLUSH_LENGTH = 1 << 18;

/** A table of pairs that gets its name only when it is complete. */
export class TableFile {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #text = "";

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Begins a table.
   *
   * @param path Where it is to be; until then it has `.partial` behind its name.
   * @returns The table, empty.
   */
  static async create(path: string): Promise<TableFile> {
    return new TableFile(path, await Deno.create(`${path}.partial`));
  }

  /**
   * Adds a line.
   *
   * @param pair What it holds.
   */
  async add(pair: Pair): Promise<void> {
    this.#text += tableLine(pair);
    if (this.#text.length >= FLUSH_LENGTH) await this.#flush();
  }

  /** Ends the table and gives it its name. */
  async finish(): Promise<void> {
    await this.#flush();
    this.#file.close();
    await Deno.rename(`${this.#path}.partial`, this.#path);
  }

  /** Throws the table away. */
  async abandon(): Promise<void> {
    this.#file.close();
    await Deno.remove(`${this.#path}.partial`);
  }

  async #flush(): Promise<void> {
    const bytes = new TextEncoder().encode(this.#text);
    this.#text = "";
    for (let start = 0; start < bytes.length;) {
      start += await this.#file.write(bytes.subarray(start));
    }
  }
}

/**
 * Writes a pair as a line of a table.
 *
 * @param pair The pair.
 * @returns `English<TAB>translation<TAB>package/document` and a line break.
 */
export function tableLine({ english, translation, document }: Pair): string {
  return [english, translation, document].map((field) =>
    // deno-lint-ignore no-control-regex
    /[\x00-\x1f\x7f]/.test(field) ? oneLine(field) : field
  ).join("\t") + "\n";
}
