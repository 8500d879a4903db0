import { Parser } from "htmlparser2";

/** Elements that begin a new piece of text. */
const BLOCKS = new Set(
  ("p br nl hr li ul ol dl dt dd div table tr td th h1 h2 h3 h4 h5 h6 blockquote pre title subtitle " +
    "para item list note warning").split(" "),
);
/** Elements that are written without an end. */
const UNCLOSED = new Set("p br nl hr img li td th tr dt dd".split(" "));
const HIDDEN = new Set(["script", "style", "head"]);

/**
 * Takes HTML, Pango and KDE markup out of a message.
 *
 * What looks like a tag but is not closed anywhere, as in `Usage: cat <file>`, stays.
 *
 * @param text A message, perhaps with markup.
 * @returns Its text with entities decoded; an empty line stands where a block begins or ends.
 */
export function stripMarkup(text: string): string {
  if (!/<[!/a-z]|&[#a-z][a-z0-9]*;/i.test(text)) return text;
  // HTML reads `&copy` without a semicolon as an entity; messages mean an ampersand.
  const source = text.replace(/&(?!(?:#\d+|#x[\da-f]+|[a-z][a-z0-9]*);)/gi, "&amp;");
  const closed = new Set(
    [...source.matchAll(/<\/([\w:-]+)/g)].map(([, name]) => name.toLowerCase()),
  );
  let result = "";
  let hidden = 0;
  const parser = new Parser({
    onopentag(name) {
      if (!UNCLOSED.has(name) && !closed.has(name)) {
        result += decodeAmpersands(source.slice(parser.startIndex, parser.endIndex + 1));
      } else if (BLOCKS.has(name)) result += "\n\n";
      if (HIDDEN.has(name) && closed.has(name)) hidden++;
    },
    onclosetag(name) {
      if (BLOCKS.has(name)) result += "\n\n";
      if (HIDDEN.has(name) && closed.has(name)) hidden--;
    },
    ontext(data) {
      if (hidden === 0) result += data;
    },
  });
  parser.end(source);
  return result.replace(/\n{3,}/g, "\n\n").trim();
}

function decodeAmpersands(tag: string): string {
  return tag.replaceAll("&amp;", "&");
}
