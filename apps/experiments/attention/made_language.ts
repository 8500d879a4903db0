import { deriveSeed, randomWord } from "@heed/nn";
import type { AlignmentLink } from "@heed/metrics";

/** A made sentence with its translation and the alignment that it was made by. */
export interface MadePair {
  /** English words, the full stop among them. */
  readonly source: readonly string[];
  /** German words, the full stop among them. */
  readonly target: readonly string[];
  /** Which words mean the same, all of them sure. */
  readonly links: readonly AlignmentLink[];
}

const pairsOf = (list: string) =>
  list.split(" ").map((pair) => pair.split("/") as [string, string]);

const connectors = pairsOf("because/weil while/während if/falls when/wenn although/obwohl");
const adjectives = pairsOf(
  "small/kleine large/große old/alte young/junge red/rote blue/blaue green/grüne white/weiße " +
    "black/schwarze quiet/leise loud/laute slow/langsame",
);
const nouns = pairsOf(
  "house/Haus child/Kind horse/Pferd ship/Schiff animal/Tier boat/Boot book/Buch picture/Bild " +
    "village/Dorf sheep/Schaf hen/Huhn girl/Mädchen song/Lied game/Spiel gate/Tor tent/Zelt " +
    "wheel/Rad leaf/Blatt egg/Ei castle/Schloss",
);
const verbs = pairsOf(
  "sees/sieht finds/findet loves/liebt hears/hört seeks/sucht knows/kennt pulls/zieht " +
    "carries/trägt hides/versteckt follows/verfolgt forgets/vergisst shows/zeigt",
);

/**
 * Makes a sentence of clauses such as "because the small child sees the red house": in German the verb
 * goes to the end of its clause, so that words change places and each clause has to be remembered.
 */
export function makePair(
  index: number,
  { seed, maxClauses }: { seed: number; maxClauses: number },
): MadePair {
  const own = deriveSeed(seed, "pair", index);
  let drawn = 0;
  const below = (count: number) => randomWord(own, drawn++) % count;
  const source: string[] = [], target: string[] = [], links: AlignmentLink[] = [];

  function nounPhrase(): [string, string][] {
    const phrase: [string, string][] = [["the", "das"]];
    if (below(2) === 0) phrase.push(adjectives[below(adjectives.length)]);
    return [...phrase, nouns[below(nouns.length)]];
  }
  /** Adds words of both sides; `order` holds the place of each source word in the target. */
  function add(words: readonly [string, string][], order: readonly number[]): void {
    const [fromSource, fromTarget] = [source.length, target.length];
    const placed: string[] = [];
    words.forEach(([english, german], i) => {
      source.push(english);
      placed[order[i]] = german;
      links.push({ source: fromSource + i, target: fromTarget + order[i] });
    });
    target.push(...placed);
  }

  const clauses = 1 + below(maxClauses);
  for (let clause = 0; clause < clauses; clause++) {
    const subject = nounPhrase(), object = nounPhrase();
    const words = [
      connectors[below(connectors.length)],
      ...subject,
      verbs[below(verbs.length)],
      ...object,
    ];
    const verb = 1 + subject.length;
    add(words, words.map((_, i) => i < verb ? i : i === verb ? words.length - 1 : i - 1));
  }
  add([[".", "."]], [0]);
  return { source, target, links };
}
