import { Tokenizer } from "htmlparser2";
import type { TextUnit } from "../text_unit.ts";

/** Elements that are part of a sentence, as `@heed/translation` has it, and those that never hold one. */
const inline = new Set(
  ("a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark math q rb rp rt ruby s " +
    "samp small span strike strong sub sup svg time tt u var wbr br").split(" "),
);
const empty = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);
/** Elements whose content is not HTML, up to their end tag; `<script/>` of XHTML has none. */
const raw = new Set("script style textarea title iframe noembed noframes xmp plaintext".split(" "));
const silent = new Set("script style pre svg math textarea noscript template".split(" "));

/** Characters from which on a piece is whole as soon as it may end. */
const enough = 1500;

/** An element that is open. */
interface OpenElement {
  readonly name: string;
  /** Whether it may not be cut. */
  readonly isWhole: boolean;
}

/**
 * Divides HTML into pieces that can be translated one by one: each ends between blocks, where nothing that must not be
 * translated is open. All of it is in a piece, in order.
 *
 * @param html A document or a fragment, well formed or not.
 * @param options With `isXml`, it is XHTML: `<script/>` is closed.
 */
export function htmlUnits(html: string, { isXml = false } = {}): TextUnit[] {
  const units: TextUnit[] = [];
  const reader = new PieceReader(html, isXml);
  for (const { start, end } of reader.pieces()) {
    units.push({
      source: html.slice(start, end),
      isHtml: true,
      edits: (translation) => [{ start, end, parts: [translation] }],
    });
  }
  return units;
}

/** Goes through a document once. */
class PieceReader {
  readonly #html: string;
  readonly #isXml: boolean;
  readonly #pieces: { start: number; end: number }[] = [];
  readonly #open: OpenElement[] = [];
  #start = 0;
  #tagStart = 0;
  #name = "";
  #attribute = "";
  #value = "";
  #isHidden = false;

  constructor(html: string, isXml: boolean) {
    this.#html = html;
    this.#isXml = isXml;
  }

  pieces(): { start: number; end: number }[] {
    const tokenizer = new Tokenizer({ decodeEntities: false, xmlMode: this.#isXml }, {
      onopentagname: (start, end) => {
        this.#tagStart = start - 1;
        this.#name = this.#html.slice(start, end).toLowerCase();
        this.#isHidden = false;
      },
      onattribname: (start, end) => {
        this.#attribute = this.#html.slice(start, end).toLowerCase();
        this.#value = "";
      },
      onattribdata: (start, end) => this.#value += this.#html.slice(start, end),
      onattribentity: () => {},
      onattribend: () => this.#isHidden ||= hides(this.#attribute, this.#value),
      onopentagend: () => this.#openTag(),
      onselfclosingtag: (end) => this.#selfClose(end + 1),
      onclosetag: (start, end) => this.#closeTag(this.#html.slice(start, end).toLowerCase(), end),
      ontext: () => {},
      ontextentity: () => {},
      oncomment: () => {},
      oncdata: () => {},
      ondeclaration: () => {},
      onprocessinginstruction: () => {},
      onend: () => {},
    });
    tokenizer.write(this.#html);
    tokenizer.end();
    this.#cut(this.#html.length);
    return this.#pieces;
  }

  #openTag(): void {
    const name = this.#name;
    const isBlock = !inline.has(name);
    if (isBlock) this.#cutIfEnough(this.#tagStart);
    if (empty.has(name)) return;
    const isWhole = this.#open.at(-1)?.isWhole || silent.has(name) || this.#isHidden;
    this.#open.push({ name, isWhole: isWhole ?? false });
  }

  /** What HTML would not take for closed stays outside of every piece. */
  #selfClose(end: number): void {
    if (!raw.has(this.#name)) return;
    if (!this.#isXml) {
      this.#openTag();
      return;
    }
    if (this.#open.at(-1)?.isWhole) return;
    this.#cut(this.#tagStart);
    this.#start = end;
  }

  #closeTag(name: string, nameEnd: number): void {
    const at = this.#open.findLastIndex((element) => element.name === name);
    if (at >= 0) this.#open.length = at;
    const close = this.#html.indexOf(">", nameEnd);
    if (close >= 0 && !inline.has(name)) this.#cutIfEnough(close + 1);
  }

  #cutIfEnough(end: number): void {
    if (end - this.#start >= enough && !this.#open.at(-1)?.isWhole) this.#cut(end);
  }

  #cut(end: number): void {
    if (end > this.#start) this.#pieces.push({ start: this.#start, end });
    this.#start = Math.max(this.#start, end);
  }
}

/** Whether an attribute keeps its element from being translated. */
function hides(attribute: string, value: string): boolean {
  return attribute === "translate" && value.toLowerCase() === "no" ||
    attribute === "class" && /(?:^|\s)notranslate(?:\s|$)/.test(value);
}
