import { Tokenizer } from "htmlparser2";
import { emptyElements, isHidden, silentElements } from "./elements.ts";

/** A tag within a text, or something else that is not text, such as a comment. */
export interface InlineTag {
  /** Where it stands in the text of its block. */
  readonly offset: number;
  /** Where it begins in the document. */
  readonly start: number;
  /** The tag as it is written. */
  readonly raw: string;
  readonly kind: "open" | "close" | "single";
  /** Whether there is white space before it, and behind it. */
  isSpaced?: boolean;
  /** The tag that ends this element, or that begins it. */
  partner?: InlineTag;
}

/** A text that is read as one, across the tags in it. */
export interface HtmlBlock {
  /** Its characters as a reader sees them; white space is spaces, and what is not translated is one {@linkcode object}. */
  readonly text: string;
  /** Where each UTF-16 unit of the text begins in the document, and where it ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly tags: readonly InlineTag[];
  /** Characters that the block writes as entities, and how. */
  readonly entities: ReadonlyMap<string, string>;
}

/** Stands for an element that is not translated, such as `<code>`. */
export const object = "\ufffc";

/** Elements that are part of a sentence. All others begin a new text, and end it. */
const inline = new Set(
  ("a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark math q rb rp rt ruby s " +
    "samp small span strike strong sub sup svg time tt u var wbr").split(" "),
);

/** An element that is open. */
interface OpenElement {
  readonly name: string;
  isSilent: boolean;
  readonly isInline: boolean;
}

/**
 * Finds the blocks of HTML, each a text with the tags in it.
 *
 * @param html A document or a fragment, well formed or not.
 * @returns The blocks in order; what stands between them is markup, and text that is not translated.
 */
export function htmlBlocks(html: string): HtmlBlock[] {
  return new BlockReader(html).blocks();
}

/** Goes through a document once. */
class BlockReader {
  readonly #html: string;
  readonly #blocks: HtmlBlock[] = [];
  readonly #open: OpenElement[] = [];
  /** How far the document has been dealt with. */
  #done = 0;
  #block: { text: string; starts: number[]; ends: number[]; tags: InlineTag[] } & {
    entities: Map<string, string>;
    /** Tags whose elements are open in this block. */
    open: { name: string; tag: InlineTag }[];
  };
  /** The inline element that is not translated, where it began, and how deep it is. */
  #object: { start: number; depth: number } | undefined;
  #tagStart = 0;
  #attribute = "";
  #value = "";

  constructor(html: string) {
    this.#html = html;
    this.#block = this.#newBlock();
  }

  blocks(): HtmlBlock[] {
    const tokenizer = new Tokenizer({ decodeEntities: true }, {
      ontext: (start, end) => this.#addText(this.#html.slice(start, end), { start, end }),
      ontextentity: (code, end) => {
        const character = String.fromCodePoint(code);
        const start = Math.min(this.#done, end);
        this.#block.entities.set(character, this.#html.slice(start, end));
        this.#addCharacters(character, { start, end });
      },
      onopentagname: (start, end) =>
        this.#openTag(this.#html.slice(start, end).toLowerCase(), start - 1),
      onopentagend: (end) => this.#endTag(end + 1, false),
      onselfclosingtag: (end) => this.#endTag(end + 1, true),
      onattribname: (start, end) => {
        this.#attribute = this.#html.slice(start, end).toLowerCase();
        this.#value = "";
      },
      onattribdata: (start, end) => this.#value += this.#html.slice(start, end),
      onattribentity: (code) => this.#value += String.fromCodePoint(code),
      onattribend: () => this.#endAttribute(),
      onclosetag: (start, end) =>
        this.#closeTag(this.#html.slice(start, end).toLowerCase(), start, end),
      // Their places are seen from where the next text or tag begins.
      oncomment: () => {},
      oncdata: () => {},
      ondeclaration: () => {},
      onprocessinginstruction: () => {},
      onend: () => {},
    });
    tokenizer.write(this.#html);
    tokenizer.end();
    this.#endBlock(this.#done);
    return this.#blocks;
  }

  #newBlock() {
    return {
      ...{ text: "", starts: [], ends: [], tags: [], open: [] },
      entities: new Map<string, string>(),
    };
  }

  get #isSilent(): boolean {
    return this.#open.at(-1)?.isSilent ?? false;
  }

  /** Adds text of which each unit stands for itself in the document. */
  #addText(text: string, { start, end }: { start: number; end: number }): void {
    this.#addOther(start);
    for (let i = 0; i < text.length; i++) {
      this.#addCharacters(text[i], { start: start + i, end: start + i + 1 });
    }
    this.#done = end;
  }

  #addCharacters(characters: string, { start, end }: { start: number; end: number }): void {
    this.#done = end;
    if (this.#object || this.#skipsSilent()) return;
    for (const unit of characters.split("")) {
      this.#block.text += /[\t\n\f\r\v]/.test(unit) ? " " : unit;
      this.#block.starts.push(start);
      this.#block.ends.push(end);
    }
  }

  /** Whether what comes is not translated; no text goes on behind it. */
  #skipsSilent(): boolean {
    if (!this.#open.at(-1)?.isSilent) return false;
    if (this.#block.text !== "") this.#endBlock(this.#done);
    return true;
  }

  /** What is neither text nor tag up to a place, such as a comment. */
  #addOther(end: number): void {
    if (end > this.#done) this.#addTag("single", end);
  }

  /** Adds what is written up to `end` as a tag. */
  #addTag(kind: InlineTag["kind"], end: number): InlineTag | undefined {
    const start = this.#done;
    this.#done = end;
    if (this.#object || this.#skipsSilent()) return undefined;
    const raw = this.#html.slice(start, end);
    const tag: InlineTag = { offset: this.#block.text.length, start, raw, kind };
    this.#block.tags.push(tag);
    return tag;
  }

  #endBlock(end: number): void {
    if (this.#object) this.#endObject(end);
    const { open: _, ...block } = this.#block;
    if (block.text.trim() !== "") this.#blocks.push(block);
    for (const tag of block.tags) {
      tag.isSpaced = / /.test(block.text[tag.offset - 1]) && / /.test(block.text[tag.offset]);
    }
    this.#block = this.#newBlock();
  }

  #endObject(end: number): void {
    this.#block.text += object;
    this.#block.starts.push(this.#object!.start);
    this.#block.ends.push(end);
    this.#object = undefined;
  }

  #openTag(name: string, start: number): void {
    this.#addOther(start);
    this.#tagStart = start;
    const isInline = inline.has(name);
    const isSilent = silentElements.has(name) || this.#isSilent;
    if (!isInline && this.#object === undefined) this.#endBlock(start);
    this.#open.push({ name, isSilent, isInline });
  }

  #endAttribute(): void {
    const element = this.#open.at(-1)!;
    const hides = isHidden(this.#attribute, this.#value);
    if (hides !== undefined) element.isSilent = hides;
  }

  #endTag(end: number, isSelfClosing: boolean): void {
    const element = this.#open.at(-1)!;
    const isSingle = isSelfClosing || emptyElements.has(element.name);
    this.#open.pop();
    if (element.isInline && element.isSilent && !this.#isSilent && !isSingle) {
      this.#object ??= { start: this.#tagStart, depth: this.#open.length };
      this.#done = end;
    } else if (element.isInline) {
      const tag = this.#addTag(isSingle ? "single" : "open", end);
      if (tag?.kind === "open") this.#block.open.push({ name: element.name, tag });
    } else {
      this.#done = end;
    }
    if (!isSingle) this.#open.push(element);
  }

  #closeTag(name: string, start: number, nameEnd: number): void {
    this.#addOther(start - 2);
    const close = this.#html.indexOf(">", nameEnd);
    const end = close < 0 ? this.#html.length : close + 1;
    const at = this.#open.findLastIndex((element) => element.name === name);
    if (this.#object) {
      const { depth } = this.#object;
      if (at >= 0) this.#open.length = at;
      if (at > depth || at < 0) {
        this.#done = end;
        return;
      }
      // An element around it ends where it has no end of its own.
      this.#done = at === depth ? end : start - 2;
      this.#endObject(this.#done);
      if (at === depth) return;
    }
    const wasSilent = this.#open.at(-1)?.isSilent ?? false;
    if (!inline.has(name) && !wasSilent) this.#endBlock(start - 2);
    if (at >= 0) this.#open.length = at;
    if (!inline.has(name) || wasSilent) {
      this.#done = end;
      return;
    }
    const { open } = this.#block;
    const opening = open.findLastIndex((element) => element.name === name);
    const tag = this.#addTag(opening < 0 ? "single" : "close", end);
    if (tag === undefined || opening < 0) return;
    tag.partner = open[opening].tag;
    tag.partner.partner = tag;
    open.length = opening;
  }
}
