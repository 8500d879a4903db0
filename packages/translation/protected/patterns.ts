/** What a protected span is, so that a caller can choose. */
export type ProtectedKind =
  | "placeholder"
  | "code"
  | "address"
  | "email"
  | "tag"
  | "entity"
  | "option"
  | "path"
  | "identifier"
  | "number"
  | "emoji";

/** How spans of one kind are written. */
export interface ProtectedPattern {
  readonly kind: ProtectedKind;
  /** Global and for Unicode. Every repetition is bounded or begins at one place only, so that no text takes long. */
  readonly pattern: RegExp;
  /** Shortens a match, to nothing if it is none: `start` is its place in the text. */
  readonly refine?: (match: string, text: string, start: number) => string;
}

const letter = String.raw`\p{L}\p{N}_`;
const notInWord = `(?<![${letter}])`;
const endsWord = `(?![${letter}])`;

/** Units that are written alike in all languages of Latin script; those of one letter only right behind the number. */
const units = [
  ...[
    "[kMGT]i?B(?:/s)?",
    "[kMG]?bit(?:/s)?",
    "[kMG]?Hz",
    "km/h",
    "m/s",
    "[kcmµn]?m[²³]",
    "[kcmµn]m",
  ],
  ...["[mkµ]g", "m[lLsVAW]", "[µn]s", "[kM][WVΩ]h?", "mAh", "[kMh]?Pa", "mbar", "d[Bl]", "°[CF]?"],
  ...["dpi", "ppi", "px", "pt", "fps", "rpm", "ppm"],
].join("|");
const number = String.raw`[$€£¥]?\d+(?:[.,:/-]\d+)*(?:[ \u00a0\u202f]?(?:${units})|[BKMGTmgVAW])?`;

/** Whether a number is written with its unit, or with a currency. */
export function hasUnit(number: string): boolean {
  return /[\p{L}°$€£¥]/u.test(number);
}

const unicode = (...sources: string[]) => new RegExp(sources.join("|"), "gu");

/** All patterns but the one for emoji. Of two spans of one length at one place, the earlier kind counts. */
export const protectedPatterns: readonly ProtectedPattern[] = [
  { kind: "code", pattern: /(?<!`)`(?![\s`])[^`\n]{1,200}(?<!\s)`(?!`)/gu },
  {
    kind: "address",
    pattern: unicode(
      String.raw`${notInWord}[a-zA-Z][a-zA-Z0-9+.-]{1,15}://[^\s<>"'\u0060„“”»«]+`,
      String.raw`${notInWord}(?:www\.|mailto:)[^\s<>"'\u0060„“”»«]+`,
    ),
    refine: withoutPunctuation,
  },
  {
    kind: "email",
    pattern: new RegExp(
      String.raw`(?<![${letter}.+-])[${letter}.+-]{1,64}@[${letter}-]+(?:\.[${letter}-]+)+`,
      "gu",
    ),
    refine: (match) => match.replace(/^[.+-]+/u, ""),
  },
  {
    kind: "tag",
    pattern: /<!--.{0,400}?-->|<\/?[A-Za-z][\w:.-]{0,60}(?:\s[^<>]{0,400})?\/?>/gsu,
    // "<file name>" is prose; a tag with a space has an attribute or closes itself.
    refine: (match) => /^<\S+>$|=|\/>$|-->$|^<\S+\s*>$/u.test(match) ? match : "",
  },
  {
    kind: "placeholder",
    pattern: unicode(
      "⟦\\d+⟧",
      // i18next, Mustache, Angular; then ${x}, #{x}, %{x}; then {}, {0}, {name}, {x!r:>8}
      String.raw`\{{2,3}[^{}\n]{1,80}\}{2,3}`,
      String.raw`[$#%@]\{[^{}\n]{1,80}\}`,
      String.raw`\{ {0,2}[^\s{}]{0,40} {0,2}\}`,
      // ICU and Java: {0,number,integer}
      String
        .raw`\{\s{0,3}[\w.]{1,40}\s{0,3},\s{0,3}(?:number|date|time|spellout|ordinal|duration)\s{0,3}(?:,[^{}\n]{0,60})?\}`,
      // $HOME, $1, $(command)
      String.raw`(?<![${letter}$])\$(?:[A-Za-z_]\w*|\d{1,2}(?!\d))`,
      String.raw`(?<![${letter}$])\$\([^()\n]{1,60}\)`,
      // %PATH%, __NAME__
      "(?<!%)%[A-Z][A-Z0-9_]{1,30}%",
      String.raw`${notInWord}__[A-Za-z0-9]{1,20}(?:_[A-Za-z0-9]{1,20}){0,4}__${endsWord}`,
      // Qt: %1, %L1, %n; strftime: %Y
      String.raw`(?<![\d%])%L?\d{1,2}(?!\d)`,
      String.raw`(?<![\d%])%[YmHMSyBbIZzjT](?!\p{L})`,
      "%%",
    ),
  },
  {
    kind: "placeholder",
    // printf, with Python's names and positions; the flag of a space is left out: "100 % discount".
    pattern:
      /%(?:\d{1,2}\$|\([\w.]{1,40}\))?[-+#0']{0,5}(?:\d{1,4}|\*)?(?:\.(?:\d{1,3}|\*))?(?:hh|h|ll|l|z|j|t|q|L)?[diouxXeEfFgGaAcspn@]/gu,
    refine: printfOnly,
  },
  { kind: "entity", pattern: /&(?:[a-zA-Z][a-zA-Z0-9]{1,30}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});/gu },
  {
    kind: "path",
    pattern: unicode(
      // /etc/fstab, ~/.bashrc, ./configure, ../x, $HOME/bin, ${prefix}/lib
      String
        .raw`(?<![${letter}/.~<*%)\]}])(?:~|\.{1,2}|\$\w+|\$\{\w+\})?(?:/[${letter}.+*~@%-]+)+/?`,
      // src/main.ts: with an extension, or it could be "and/or"
      String
        .raw`(?<![${letter}/.~@-])[${letter}.+-]+(?:/[${letter}.+-]+)*/[${letter}+-]*\.[a-z][a-z0-9]{0,5}${endsWord}`,
      // C:\path, \\server\share
      String.raw`${notInWord}(?:[A-Za-z]:\\+|\\\\)[${letter}.+$~%-]+(?:\\+[${letter}.+$~%-]+)*\\?`,
      String.raw`${notInWord}[A-Za-z]:\\(?![${letter}])`,
    ),
    refine: pathOnly,
  },
  {
    kind: "option",
    pattern: unicode(
      String.raw`(?<![${letter}-])--[a-zA-Z][\w-]*(?:=[a-z0-9][\w./:-]*)?`,
      // One or two letters, or what no suffix of a German word has ("Groß- und -kleinbuchstaben").
      String
        .raw`(?<=^|[\s\u0060'"“„|,=[])-(?:[a-zA-Z]\w?${endsWord}(?!-)|[a-z]*[A-Z0-9][\w-]*|[a-z][a-z-]*=[a-z0-9][\w./:-]*)`,
    ),
    // "-Adressen" is the end of a German word, too.
    refine: (match) =>
      /^-(?:\d|\p{Lu}\p{Ll}{2,}$)/u.test(match) ? "" : match.replace(/[-.:/]+$/u, ""),
  },
  {
    kind: "identifier",
    pattern: unicode(
      String
        .raw`${notInWord}(?:[\p{L}\p{N}]{1,40}-){0,3}[\p{L}\p{N}]+(?:[_.]{1,3}[\p{L}\p{N}]+)+(?:\(\))?${endsWord}`,
      String.raw`${notInWord}[A-Za-z_]\w*\(\)`,
      // Numbers of machines: 0x1f, #ff8800, UUID, hardware address.
      String.raw`${notInWord}0[xX][0-9a-fA-F]{1,16}${endsWord}`,
      String.raw`(?<![${letter}&])#[0-9a-fA-F]{6}${endsWord}`,
      String.raw`${notInWord}[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}${endsWord}`,
      String.raw`${notInWord}(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}${endsWord}`,
    ),
    refine: identifierOnly,
  },
  {
    kind: "number",
    pattern: new RegExp(`${notInWord}${number}${endsWord}`, "gu"),
    // One digit is a word of the sentence, and decides about plurals.
    refine: (match) => /\d.*\d|\d.*\p{L}/u.test(match) ? match : "",
  },
];

/** Takes off what ends the sentence around an address, and a bracket that it does not open. */
function withoutPunctuation(match: string): string {
  let address = match;
  for (;;) {
    const shorter = address.replace(/[.,;:!?…*_~’'|\\]+$/u, "");
    const last = shorter.at(-1);
    const opening = { ")": "(", "]": "[", "}": "{" }[last ?? ""];
    const count = (character: string) => shorter.split(character).length;
    const cut = opening !== undefined && count(last!) > count(opening);
    address = cut ? shorter.slice(0, -1) : shorter;
    if (!cut) return /^www\.[^.]+$|:\/*$/u.test(address) ? "" : address;
  }
}

/** Folders at the root of a Unix system. */
const roots =
  /^\/(?:bin|boot|dev|etc|home|lib|lib64|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)$/u;

/** Tells a folder of the root from an alternative: "on /off". */
function pathOnly(match: string): string {
  const path = match.replace(/[.%*~]*\.+$/u, "");
  return /^\/[^/]*$/u.test(path) && !/[\d._*~]/u.test(path) && !roots.test(path) ? "" : path;
}

/** Tells a conversion from a percentage that runs into a word: "100%ige", "50%discount". */
function printfOnly(match: string, text: string, start: number): string {
  if (/[$(]/u.test(match)) return match;
  const after = /^\p{L}*/u.exec(text.slice(start + match.length, start + match.length + 3))![0];
  const isPercentage = /\d/u.test(text[start - 1] ?? "");
  return after.length > (isPercentage ? 0 : 2) ? "" : match;
}

/** Tells names in programs from abbreviations ("e.g.", "Ph.D.") and from a full stop without a space ("end.Next"). */
function identifierOnly(match: string): string {
  if (match.includes("_") || match.endsWith("()") || !match.includes(".")) return match;
  const parts = match.split(".");
  const [first, second] = parts;
  if (!/\p{L}/u.test(match)) return "";
  if (parts.every((part) => /^\p{L}?$/u.test(part)) || /^\p{Lu}$/u.test(parts.at(-1)!)) return "";
  if (match.includes("..")) return "";
  if (parts.length > 2) return match;
  const isCapitalised = /^\p{Lu}\p{Ll}/u.test(second!);
  const isLabel = /^\p{Lu}\p{L}*$/u.test(first!) && /^\d+$/u.test(second!); // "Fig.3"
  return isLabel || (isCapitalised && !/^\p{Lu}/u.test(first!)) ||
      /^\p{L}$/u.test(first!) && isCapitalised
    ? ""
    : match;
}
