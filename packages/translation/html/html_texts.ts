import { Tokenizer } from "htmlparser2";
import { emptyElements, isHidden, silentElements } from "./elements.ts";

/** The texts of an HTML document, and how to put others in their places. */
export interface HtmlTexts {
  /** What can be translated, in order, as a reader sees it: entities are characters. */
  readonly texts: readonly string[];
  /**
   * Puts texts in the places of those that were found; everything else stays as it was, byte for byte.
   *
   * @param texts As many as were found.
   * @returns The document.
   * @throws {RangeError} When they are more or fewer.
   */
  assemble(texts: readonly string[]): string;
}

/** Attributes that are read by people. */
const spoken = new Set(["alt", "title", "placeholder", "aria-label"]);
/** What of `<meta>` is, by its `name` or `property`. */
const spokenMeta =
  /^(?:description|(?:og|twitter):(?:title|description|image:alt)|application-name)$/i;

/** A stretch of the document that holds a text. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly isAttribute: boolean;
  /** Whether it is a value without quotes. */
  readonly isBare?: boolean;
}

/**
 * Finds the texts of HTML: what stands between tags, and the attributes that people read (`alt`, `title`,
 * `placeholder`, `aria-label`, and what `<meta>` says of the page). Left alone are `translate="no"`, code, scripts, styles and comments.
 *
 * @param html A document or a fragment, well formed or not.
 * @returns The texts, and how to put their translations back.
 *
 * @example
 * ```ts
 * import { htmlTexts } from "@heed/translation/html";
 * import { assertEquals } from "@std/assert";
 *
 * const { texts, assemble } = htmlTexts('<p title="A tip">R&amp;D is <b>fun</b>.</p>');
 * assertEquals(texts, ["A tip", "R&D is", "fun"]);
 * assertEquals(
 *   assemble(["Ein Rat", "F&E ist", "lustig"]),
 *   '<p title="Ein Rat">F&amp;E ist <b>lustig</b>.</p>',
 * );
 * ```
 */
export function htmlTexts(html: string): HtmlTexts {
  return textsOf(html, new Reader(html).places());
}

/** The attributes of a document that people read. */
export interface HtmlAttributes {
  /** What can be translated, in order. */
  readonly texts: readonly string[];
  /** Puts as many others in their places. */
  replace(texts: readonly string[]): {
    readonly html: string;
    /** Where in the document something stands that is not in an attribute. */
    readonly placeInSource: (offset: number) => number;
  };
}

/** The attributes of HTML that people read, and how to put others in their places. */
export function htmlAttributes(html: string): HtmlAttributes {
  const places = new Reader(html).places().filter(({ isAttribute }) => isAttribute);
  const { texts, assemble } = textsOf(html, places);
  return {
    texts,
    replace(texts) {
      // Ends of the new values, and how much longer all up to there have become.
      const ends: number[] = [], shifts: number[] = [0];
      places.forEach((place, i) => {
        const { start, end } = place;
        const shift = shifts[i] + written(texts[i], place, html).length - (end - start);
        ends.push(end + shift);
        shifts.push(shift);
      });
      const placeInSource = (offset: number) => offset - shifts[countUpTo(ends, offset)];
      return { html: assemble(texts), placeInSource };
    },
  };
}

/** How many of some ascending numbers are not above another. */
function countUpTo(numbers: readonly number[], most: number): number {
  let low = 0, high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

function textsOf(html: string, places: readonly Place[]): HtmlTexts {
  return {
    texts: places.map(({ text }) => text),
    assemble(texts) {
      if (texts.length !== places.length) {
        throw new RangeError(
          `Cannot put ${texts.length} texts into HTML that has places for ${places.length}`,
        );
      }
      let result = "";
      let done = 0;
      places.forEach((place, i) => {
        result += html.slice(done, place.start) + written(texts[i], place, html);
        done = place.end;
      });
      return result + html.slice(done);
    },
  };
}

/** A text as the document writes it; one that is the same as before, byte for byte. */
function written(text: string, place: Place, html: string): string {
  if (text === place.text) return html.slice(place.start, place.end);
  const escaped = escape(text, place.isAttribute);
  return place.isBare && /[\s=`]|^$/.test(escaped) ? `"${escaped}"` : escaped;
}

function escape(text: string, isAttribute: boolean): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return isAttribute ? escaped.replaceAll('"', "&quot;").replaceAll("'", "&#39;") : escaped;
}

/** An element that is open, and whether its text is left alone. */
interface OpenElement {
  readonly name: string;
  isSilent: boolean;
}

/** Goes through a document once, and keeps the places of its texts. */
class Reader {
  readonly #html: string;
  readonly #places: Place[] = [];
  readonly #open: OpenElement[] = [];
  /** The text or attribute value that is being read: its characters, and where they stand. */
  #text = "";
  #start = -1;
  #end = -1;
  /** The attribute, and those of the tag whose values may be translated. */
  #attribute = "";
  #attributes: Place[] = [];
  /** Where the attribute's value begins, its quote counted. */
  #valueStart = 0;
  /** What a `<meta>` is about, and its content. */
  #metaName = "";
  #content: Place[] = [];

  constructor(html: string) {
    this.#html = html;
  }

  places(): readonly Place[] {
    const tokenizer = new Tokenizer({ decodeEntities: true }, {
      ontext: (start, end) => this.#add(this.#html.slice(start, end), { start, end }),
      ontextentity: (code, end) =>
        this.#add(String.fromCodePoint(code), { start: this.#entityStart(end), end }),
      onopentagname: (start, end) => this.#openTag(this.#html.slice(start, end).toLowerCase()),
      onopentagend: () => this.#endTag(false),
      onselfclosingtag: () => this.#endTag(true),
      onattribname: (start, end) => {
        this.#attribute = this.#html.slice(start, end).toLowerCase();
        this.#valueStart = end + /^\s*=?\s*/.exec(this.#html.slice(end, end + 50))![0].length;
        this.#reset();
      },
      onattribdata: (start, end) => this.#add(this.#html.slice(start, end), { start, end }),
      onattribentity: (code) => this.#text += String.fromCodePoint(code),
      onattribend: (_quote, end) => this.#endAttribute(end),
      onclosetag: (start, end) => this.#closeTag(this.#html.slice(start, end).toLowerCase()),
      oncomment: () => this.#endText(),
      oncdata: () => this.#endText(),
      ondeclaration: () => this.#endText(),
      onprocessinginstruction: () => this.#endText(),
      onend: () => this.#endText(),
    });
    tokenizer.write(this.#html);
    tokenizer.end();
    return this.#places;
  }

  /** An entity begins at its `&`, which is the last one before its end. */
  #entityStart(end: number): number {
    return this.#html.lastIndexOf("&", end - 1);
  }

  #add(text: string, { start, end }: { start: number; end: number }): void {
    if (this.#start < 0) this.#start = start;
    this.#text += text;
    this.#end = end;
  }

  #reset(): void {
    this.#text = "";
    this.#start = -1;
  }

  #endText(): void {
    if (this.#start >= 0 && !this.#open.at(-1)?.isSilent) {
      this.#keep({ isAttribute: false }, this.#places);
    }
    this.#reset();
  }

  /** Keeps a text without the white space around it; one without a letter is nothing to translate. */
  #keep(kind: Pick<Place, "isAttribute" | "isBare">, places: Place[]): void {
    const text = this.#text.trim();
    if (!/\p{L}/u.test(text)) return;
    const raw = this.#html.slice(this.#start, this.#end);
    const start = this.#start + raw.length - raw.trimStart().length;
    const end = this.#end - (raw.length - raw.trimEnd().length);
    places.push({ start, end, text, ...kind });
  }

  #openTag(name: string): void {
    this.#endText();
    [this.#attributes, this.#content, this.#metaName] = [[], [], ""];
    this.#open.push({
      name,
      isSilent: silentElements.has(name) || this.#open.at(-1)?.isSilent === true,
    });
  }

  #endAttribute(end: number): void {
    const element = this.#open.at(-1)!;
    const hides = isHidden(this.#attribute, this.#text);
    if (hides !== undefined) {
      element.isSilent = hides;
    } else if (element.name === "meta" && /^(?:name|property)$/.test(this.#attribute)) {
      this.#metaName = this.#text;
    } else if (element.name === "meta" && this.#attribute === "content") {
      this.#keepAttribute(end, this.#content);
    } else if (spoken.has(this.#attribute)) {
      this.#keepAttribute(end, this.#attributes);
    }
    this.#reset();
  }

  #keepAttribute(end: number, places: Place[]): void {
    if (this.#text === "") return;
    const isBare = !/^["']/.test(this.#html[this.#valueStart]);
    this.#start = this.#valueStart + (isBare ? 0 : 1);
    this.#end = isBare ? end : end - 1;
    this.#keep({ isAttribute: true, isBare }, places);
  }

  #endTag(isSelfClosing: boolean): void {
    const { name, isSilent } = this.#open.at(-1)!;
    if (spokenMeta.test(this.#metaName.trim())) this.#attributes.push(...this.#content);
    // What a page says of itself may stand before its title, and places are in order.
    if (!isSilent) this.#places.push(...this.#attributes.sort((a, b) => a.start - b.start));
    if (isSelfClosing || emptyElements.has(name)) this.#open.pop();
    this.#reset();
  }

  #closeTag(name: string): void {
    this.#endText();
    const at = this.#open.findLastIndex((element) => element.name === name);
    if (at >= 0) this.#open.length = at;
  }
}
