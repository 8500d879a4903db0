import type { LicenceClass } from "./licences/licence.ts";
import type { LicenceRecord } from "./licences/table.ts";
import { packageOf, type Pair } from "./pair.ts";

/** How much one source, package or class of licences has given. */
export interface Amount {
  /** Pairs in the main table. */
  pairs: number;
  /** Pairs set aside because of their licence. */
  unclear: number;
  /** English words of both. */
  words: number;
}

/** What a source has given, and what of it is in no table. */
export interface SourceAmount extends Amount {
  /** Pairs that were there already. */
  duplicates: number;
  /** Pairs of several words that are the same on both sides. */
  untranslated: number;
}

/** Where a pair goes, or why it goes nowhere. */
export type Destination = "main" | "unclear" | "duplicate" | "untranslated" | "empty";

/** Options of {@linkcode Tally}. */
export interface TallyOptions {
  /** Finds the licence of what a pair's document begins with. */
  readonly licenceOf: (name: string) => LicenceRecord;
  /** Classes of licences whose pairs are set aside. */
  readonly setAside: ReadonlySet<LicenceClass>;
}

/** Decides where pairs go, and counts them. */
export class Tally {
  /** Amounts by source. */
  readonly sources: Map<string, SourceAmount> = new Map();
  /** Amounts by package. */
  readonly packages: Map<string, Amount> = new Map();
  /** Amounts by class of licence. */
  readonly classes: Map<LicenceClass, Amount> = new Map();
  readonly #options: TallyOptions;
  readonly #seen = new Set<string>();

  /** @param options How licences are found, and which are set aside. */
  constructor(options: TallyOptions) {
    this.#options = options;
  }

  /**
   * Counts a pair.
   *
   * @param source Name of its source.
   * @param pair The pair.
   * @returns Where it goes.
   */
  take(source: string, pair: Pair): Destination {
    const { english, translation } = pair;
    const amount = entry(this.sources, source, nothingOfSource);
    if (!/\p{L}/u.test(english) || translation === "") return "empty";
    if (english === translation && english.includes(" ")) {
      amount.untranslated++;
      return "untranslated";
    }
    const key = `${english}\t${translation}`;
    if (this.#seen.has(key)) {
      amount.duplicates++;
      return "duplicate";
    }
    this.#seen.add(key);
    const name = packageOf(pair);
    const { class: licenceClass } = this.#options.licenceOf(name);
    const unclear = this.#options.setAside.has(licenceClass);
    const words = english.split(/\s+/).length;
    const amounts = [
      amount,
      entry(this.packages, name, nothing),
      entry(this.classes, licenceClass, nothing),
    ];
    for (const each of amounts) {
      if (unclear) each.unclear++;
      else each.pairs++;
      each.words += words;
    }
    return unclear ? "unclear" : "main";
  }
}

/**
 * Makes the amount of a source that has given nothing.
 *
 * @returns Zeros.
 */
export function nothingOfSource(): SourceAmount {
  return { ...nothing(), duplicates: 0, untranslated: 0 };
}

function nothing(): Amount {
  return { pairs: 0, unclear: 0, words: 0 };
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, value = make());
  return value;
}
