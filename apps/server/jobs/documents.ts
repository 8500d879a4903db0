/** A kind of file whose texts can be translated. */
export type DocumentFormat = "txt" | "html";

/** How {@linkcode translateDocument} translates. */
export interface DocumentOptions {
  /** What the file is. */
  readonly format: DocumentFormat;
  /** Translates texts, in order. */
  translate(
    texts: readonly string[],
    options: { readonly format: "text" | "html" },
  ): Promise<readonly string[]>;
  /** Ends the translating. */
  readonly signal?: AbortSignal;
  /** Told how many texts are translated. */
  onProgress?(progress: { readonly done: number; readonly total: number }): void;
}

const formats: Readonly<Record<string, DocumentFormat>> = { txt: "txt", html: "html", htm: "html" };

/** File formats by what the names of such files end with. */
export const documentEndings: readonly string[] = Object.keys(formats).map((ending) =>
  `.${ending}`
);

/** Says by its name what a file is; undefined for a file whose texts cannot be told. */
export function documentFormat(fileName: string): DocumentFormat | undefined {
  const ending = /[^/\\]\.([a-z]+)$/i.exec(fileName)?.[1].toLowerCase() ?? "";
  return Object.hasOwn(formats, ending) ? formats[ending] : undefined;
}

/** Translates the texts of a file. */
export async function translateDocument(
  bytes: Uint8Array,
  { format, translate, signal, onProgress }: DocumentOptions,
): Promise<Uint8Array> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError("Cannot read the document: it is not UTF-8", { cause });
  }
  signal?.throwIfAborted();
  const isHtml = format === "html";
  const texts = isHtml ? [text] : text.split("\n");
  const translated = await translate(texts, { format: isHtml ? "html" : "text" });
  onProgress?.({ done: texts.length, total: texts.length });
  return new TextEncoder().encode(translated.join("\n"));
}
