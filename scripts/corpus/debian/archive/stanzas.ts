/**
 * A paragraph of `Name: value` lines as in the archive's indexes. Names are in lower case; a value
 * of more than one line keeps its line breaks and the space that each further line begins with.
 */
export type Stanza = ReadonlyMap<string, string>;

const fieldLine = /^([!-9;-~]+):[ \t]*(.*)$/;

/**
 * Reads paragraphs in the format of Debian's control files.
 *
 * @param lines Lines of the file.
 * @returns The paragraphs in order. A line that is neither a field nor goes on with one is left out.
 */
export async function* readStanzas(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<Stanza> {
  const reader = new StanzaReader();
  for await (const line of lines) {
    const stanza = reader.take(line);
    if (stanza) yield stanza;
  }
  const last = reader.take("");
  if (last) yield last;
}

/**
 * Reads the paragraphs of a text that is at hand.
 *
 * @param text The file.
 * @returns The paragraphs in order.
 */
export function parseStanzas(text: string): Stanza[] {
  const reader = new StanzaReader();
  return [...text.split(/\r?\n/), ""].flatMap((line) => reader.take(line) ?? []);
}

class StanzaReader {
  #fields = new Map<string, string[]>();
  #current: string[] | undefined;

  /** Takes a line; returns the paragraph that ends there. */
  take(line: string): Stanza | undefined {
    if (line.trim() === "") {
      const fields = this.#fields;
      this.#fields = new Map();
      this.#current = undefined;
      if (fields.size === 0) return undefined;
      return new Map([...fields].map(([name, value]) => [name, value.join("\n")]));
    }
    if (/^[ \t]/.test(line)) {
      this.#current?.push(line);
      return undefined;
    }
    const [, name, value] = fieldLine.exec(line) ?? [];
    this.#current = name === undefined ? undefined : [value];
    if (this.#current) this.#fields.set(name.toLowerCase(), this.#current);
    return undefined;
  }
}
