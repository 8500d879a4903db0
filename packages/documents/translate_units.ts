import type { TextUnit } from "./text_unit.ts";

/** How the texts of a document are translated. */
export interface TranslateTextsOptions {
  /**
   * Translates texts.
   *
   * @param texts At most 64, or one that is long.
   * @param options Whether they are plain texts or HTML with inline tags.
   * @returns As many, in the same order.
   */
  translate(
    texts: readonly string[],
    options: { format: "text" | "html" },
  ): Promise<readonly string[]>;
  /** Stops the translation with its reason. */
  readonly signal?: AbortSignal;
  /** Told how many texts there are, and how many are translated; first when none is. */
  onProgress?(progress: { done: number; total: number }): void;
}

/** Texts of one call, and their characters. */
const mostTexts = 64, mostCharacters = 20_000;

/** Translates units in batches of bounded size, and gives what came back; nothing is asked of texts without a letter. */
export async function translateUnits(
  units: readonly TextUnit[],
  { translate, signal, onProgress }: TranslateTextsOptions,
): Promise<string[]> {
  const translations = units.map(({ source }) => source);
  const asked = [...units.keys()].filter((i) => hasWords(units[i]));
  let done = 0;
  const pending = { text: [] as number[], html: [] as number[] };
  const lengths = { text: 0, html: 0 };
  const flush = async (format: "text" | "html") => {
    const batch = pending[format];
    if (batch.length === 0) return;
    pending[format] = [];
    lengths[format] = 0;
    signal?.throwIfAborted();
    const results = await translate(batch.map((i) => units[i].source), { format });
    if (results.length !== batch.length) {
      throw new RangeError(
        `Cannot go on with ${results.length} translations of ${batch.length} texts: ` +
          "translate() must return one for each",
      );
    }
    batch.forEach((i, place) => translations[i] = results[place]);
    done += batch.length;
    onProgress?.({ done, total: asked.length });
  };
  signal?.throwIfAborted();
  onProgress?.({ done, total: asked.length });
  for (const i of asked) {
    const { source, isHtml } = units[i];
    const format = isHtml ? "html" : "text";
    if (lengths[format] + source.length > mostCharacters) await flush(format);
    pending[format].push(i);
    lengths[format] += source.length;
    if (pending[format].length === mostTexts) await flush(format);
  }
  await flush("text");
  await flush("html");
  signal?.throwIfAborted();
  return translations;
}

/** Whether there is something to translate: a letter, and of HTML one outside of tags or in an attribute that is read. */
function hasWords({ source, isHtml }: TextUnit): boolean {
  if (!isHtml) return /\p{L}/u.test(source);
  return /\p{L}/u.test(source.replaceAll(/<[^<>]*>|&#?\w+;/g, "")) ||
    /\b(?:alt|title|placeholder|aria-label|content)\s*=/i.test(source);
}
