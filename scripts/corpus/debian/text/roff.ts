import type { Block } from "./blocks.ts";
import { oneLine } from "./sentence_pairs.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Macros of man(7) and mdoc(7) whose arguments are part of the running text. */
const INLINE = words(
  "B I BR RB IR RI BI IB SM SB UR MT MR EM Nm Fl Ar Pa Xr Sq Dq Ql Cm Va Ev Em Li Dv Ic Sy Qq Fn " +
    "Ns Pq No Aq Ad An Er Tn",
);
/** Those among them that set their arguments without spaces between. */
const JOINING = words("BR RB IR RI BI IB");
/** Requests and macros that begin program listings and tables, and those that end them. */
const VERBATIM_START = words("nf EX Bd TS");
const VERBATIM_END = words("fi EE Ed TE");
const HEADINGS = words("SH SS Sh Ss");
/** Those that change how the text looks, and end no paragraph. */
const INVISIBLE = words("ft hy nh ad na ne UE ME PD fam ta ll in ti vs ps");
/** Macros after which the next line is the label of a paragraph. */
const LABELLED = words("TP TQ");

/** Named characters (groff_char(7)) that occur in prose. */
const CHARACTERS: ReadonlyMap<string, string> = new Map(Object.entries({
  ":a": "ä",
  ":o": "ö",
  ":u": "ü",
  ":A": "Ä",
  ":O": "Ö",
  ":U": "Ü",
  ":e": "ë",
  ":i": "ï",
  ss: "ß",
  "'a": "á",
  "'e": "é",
  "'i": "í",
  "'o": "ó",
  "'u": "ú",
  "'E": "É",
  "'A": "Á",
  "`a": "à",
  "`e": "è",
  "`u": "ù",
  "`A": "À",
  "^a": "â",
  "^e": "ê",
  "^i": "î",
  "^o": "ô",
  "^u": "û",
  ",c": "ç",
  ",C": "Ç",
  "~n": "ñ",
  "~a": "ã",
  "~o": "õ",
  Fo: "«",
  Fc: "»",
  fo: "‹",
  fc: "›",
  Bq: "„",
  bq: "‚",
  lq: "“",
  rq: "”",
  Lq: "“",
  Rq: "”",
  dq: '"',
  aq: "'",
  oq: "‘",
  cq: "’",
  em: "—",
  en: "–",
  hy: "-",
  mi: "−",
  co: "©",
  rg: "®",
  tm: "™",
  mu: "×",
  "->": "→",
  "<-": "←",
  ha: "^",
  ti: "~",
  ga: "`",
  rs: "\\",
  sl: "/",
  bu: "",
  or: "|",
  at: "@",
  sh: "#",
  lB: "[",
  rB: "]",
  lC: "{",
  rC: "}",
  S2: "²",
  de: "°",
}));

/**
 * Reads the prose of a manual page in man(7) or mdoc(7) macros. Listings and tables are left out.
 *
 * @param source The page.
 * @returns Its paragraphs and headings; none for a page that only refers to another.
 */
export function readManualPage(source: string): Block[] {
  if (/^\.so\s/.test(source)) return [];
  const reader = new PageReader();
  // A backslash at its end joins a line with the next one.
  for (const line of source.replace(/\\\n/g, "").split("\n")) reader.take(line);
  reader.flush();
  return reader.blocks;
}

class PageReader {
  readonly blocks: Block[] = [];
  #kind = "";
  #text = "";
  #verbatim = false;
  #label = false;

  take(line: string): void {
    if (/^[.']\s*\\"|^\\"/.test(line)) return;
    line = line.replace(/\s*(?<!\\)\\".*$/, "");
    const [, macro, rest] = /^[.']\s*([A-Za-z]\w*)\s*(.*)$/.exec(line) ?? [];
    if (macro !== undefined) this.#macro(macro, rest);
    else if (!this.#verbatim) this.#line(line);
  }

  flush(): void {
    const text = oneLine(unescapeRoff(this.#text));
    this.#text = "";
    if (/\p{L}{2}/u.test(text)) this.blocks.push({ kind: this.#kind, id: "", text });
  }

  #line(line: string): void {
    if (line.trim() === "" || /^\s/.test(line)) this.flush();
    this.#text += ` ${line}`;
    this.#endLabel();
  }

  #macro(name: string, rest: string): void {
    if (VERBATIM_END.has(name)) {
      this.#verbatim = false;
    } else if (VERBATIM_START.has(name)) {
      this.flush();
      this.#verbatim = true;
    } else if (this.#verbatim || INVISIBLE.has(name)) {
      return;
    } else if (INLINE.has(name)) {
      this.#text += ` ${inlineText(name, rest)}`;
      this.#endLabel();
    } else {
      this.flush();
      this.#kind = name;
      this.#label = LABELLED.has(name);
      if (HEADINGS.has(name)) {
        this.#text = argumentsOf(rest).join(" ");
        this.flush();
        this.#kind = "text";
      }
    }
  }

  /** What follows the label of a paragraph is a block of its own. */
  #endLabel(): void {
    if (!this.#label) return;
    this.#label = false;
    this.#kind = "label";
    this.flush();
    this.#kind = "labelled";
  }
}

/** Text of a macro with its arguments, among which mdoc(7) allows further macros. */
function inlineText(macro: string, rest: string): string {
  const parts = argumentsOf(rest);
  const next = /^[A-Z][a-z]$/.test(macro)
    ? parts.findIndex((part) => /^[A-Z][a-z]$/.test(part) && INLINE.has(part))
    : -1;
  if (next < 0) return singleText(macro, parts);
  const following = parts.slice(next + 1).map((part) => `"${part.replaceAll('"', '""')}"`);
  const first = singleText(macro, parts.slice(0, next));
  return `${first} ${inlineText(parts[next], following.join(" "))}`;
}

function singleText(macro: string, parts: readonly string[]): string {
  if (macro === "Fl") return parts.map((part) => `-${part}`).join(" ");
  if ((macro === "Xr" || macro === "MR") && parts.length > 1) {
    return `${parts[0]}(${parts[1]})${parts.slice(2).join("")}`;
  }
  return parts.join(JOINING.has(macro) ? "" : " ");
}

function argumentsOf(rest: string): string[] {
  return [...rest.matchAll(/"((?:[^"]|"")*)"?|((?:\\ |\S)+)/g)]
    .map(([, quoted, plain]) => plain ?? quoted.replaceAll('""', '"'));
}

/**
 * Puts characters for the escape sequences of roff, and takes out those that change the look.
 *
 * @param text Text with escape sequences.
 * @returns Text without.
 */
export function unescapeRoff(text: string): string {
  const escape =
    /\\(?:f(?:\[[^\]]*\]|\(..|.)|s(?:[-+]?\d{1,2}|\[[^\]]*\])|[mMF](?:\[[^\]]*\]|\(..|.)|[hvwXlL]'[^']*'|\*?\[([^\]]*)\]|\*?\((..)|(\*.)|(.))/gsu;
  return text.replace(escape, (_, bracketed, pair, _string, single) => {
    const name = bracketed ?? pair;
    if (name !== undefined) return characterOf(name);
    if (single === undefined) return "";
    if ("-'`_".includes(single)) return single;
    if (single === "e" || single === "\\") return "\\";
    return " ~0".includes(single) ? " " : "";
  });
}

function characterOf(name: string): string {
  const code = /^u([0-9A-F]{4,6})$/.exec(name)?.[1];
  if (code === undefined) return CHARACTERS.get(name) ?? "";
  const value = Number.parseInt(code, 16);
  return value <= 0x10ffff ? String.fromCodePoint(value) : "";
}
