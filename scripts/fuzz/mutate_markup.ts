import type { Random } from "./random.ts";

/** Pieces that readers of HTML and XML treat in a way of their own. */
const PIECES = [
  ..."<b> </b> <p> </p> </div> <i/> <br> <script> </script> <pre> <!-- --> <![CDATA[ ]]> <? ?>"
    .split(" "),
  ..."<!DOCTYPE < > & &amp; &lt; &nbsp; &#0; &#x110000; &#xD800; &a; \u0000 \ufeff 😆 שלום".split(
    " ",
  ),
  ...[
    '<p translate="no">',
    '<a title="',
    '"',
    "'",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    "a < b",
    "\r\n",
    "  ",
  ],
];

/** Levels of nesting: what is common, about the limit, and more than a recursive reader stands. */
const DEPTHS = [3, 100, 400, 20_000];

/** Characters that one change adds at most: what is long is slow, and no fault. */
const MOST = 150_000;

/** Changes HTML or XML by its tags and texts: left out, repeated, moved, others put in, nested deep, made long. */
export function mutateMarkup(text: string, random: Random): string {
  const tokens = text.match(/<[^<>]*>|[^<]+|</g) ?? [""];
  const at = random.below(tokens.length), token = tokens[at];
  switch (random.below(8)) {
    case 0:
      tokens.splice(at, 1 + random.below(3));
      break;
    case 1:
      tokens.splice(at, 0, ...Array<string>(2 ** random.below(8)).fill(token));
      break;
    case 2:
      tokens.splice(random.below(tokens.length), 0, ...tokens.splice(at, 1 + random.below(4)));
      break;
    case 3: {
      const [piece, to] = [tokens.slice(at, at + 12), random.below(tokens.length)];
      tokens.splice(to, 0, ...piece);
      break;
    }
    case 4: {
      const [, name] = token.match(/^<([\w:-]+)/) ?? [];
      if (name === undefined) break;
      const depth = Math.min(random.of(DEPTHS), Math.ceil(MOST / token.length));
      tokens[at] = token.repeat(depth);
      if (random.below(2) === 0) tokens.splice(at + 1, 0, `</${name}>`.repeat(depth - 1));
      break;
    }
    case 5: { // within a token
      const place = random.below(token.length + 1);
      tokens[at] = token.slice(0, place) + random.of(PIECES) + token.slice(place);
      break;
    }
    case 6:
      if (!token.startsWith("<")) tokens[at] = random.of(["word ", "x", "é ", " "]).repeat(3000);
      break;
    default:
      tokens.splice(at, 0, ...Array.from({ length: 1 + random.below(4) }, () => random.of(PIECES)));
  }
  return tokens.join("");
}
