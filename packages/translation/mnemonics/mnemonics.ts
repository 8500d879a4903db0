import { movePlace, type PlaceLink, type TextPlace } from "../links/place_link.ts";
import { findProtectedSpans } from "../protected/protected_spans.ts";
import type { Translation } from "../translation.ts";

/** A text without the marks of its mnemonics. */
export interface PlainLabel {
  /** The text to translate. */
  readonly text: string;
  /** Places in it of the letters that were marked. */
  readonly letters: readonly number[];
}

/** `&File`, `E&xit`; not `R&D`, `A & B`, `&&`, `&amp;`. */
const mnemonic = /(?<![&\p{Lu}\p{N}])&(?=[\p{L}\p{N}])(?!#?\w{1,30};)|(?<=\p{Lu})&(?=\p{Ll})/gu;

/** Takes the marks of mnemonics out of a text; none of those that stand in an address or the like. */
export function takeOutMnemonics(source: string): PlainLabel {
  const letters: number[] = [];
  let text = "", done = 0;
  const spans = source.includes("&") ? findProtectedSpans(source) : [];
  for (const { index } of source.matchAll(mnemonic)) {
    if (spans.some(({ start, end }) => start <= index && index < end)) continue;
    text += source.slice(done, index);
    letters.push(text.length);
    done = index + 1;
  }
  return { text: text + source.slice(done), letters };
}

/**
 * Marks letters of a translation: the same letter of the word that the marked one became where that has it, else its
 * first.
 *
 * @param translation Of the plain label, with its alignment.
 * @param label Source, plain text and letters.
 * @returns The translation of the source; its places are those in the texts with marks.
 */
export function putBackMnemonics(
  translation: Translation,
  { source, text, letters }: PlainLabel & { readonly source: string },
): Translation {
  const taken: number[] = [];
  for (const letter of letters) taken.push(placeOf(letter, translation, { text, taken }));
  return moved(translation, { source, before: letters, behind: taken.sort((a, b) => a - b) });
}

/** The same without marks in the translation. */
export function dropMnemonics(
  translation: Translation,
  { source, letters }: PlainLabel & { readonly source: string },
): Translation {
  return moved(translation, { source, before: letters, behind: [] });
}

function placeOf(
  letter: number,
  { translation, alignment = [] }: Translation,
  { text, taken }: { text: string; taken: readonly number[] },
): number {
  if (translation === text && !taken.includes(letter)) return letter;
  const links = alignment.filter(({ source }) => source.start <= letter && letter < source.end)
    .sort((a, b) => b.score - a.score);
  const places = [...links.map(({ target }) => target), { start: 0, end: translation.length }];
  const marked = text[letter].toLowerCase();
  const isFree = (place: number, fits: (character: string) => boolean) =>
    fits(translation[place]) && !taken.includes(place);
  const wishes = [
    (character: string) => character.toLowerCase() === marked,
    (character: string) => /[\p{L}\p{N}]/u.test(character),
  ];
  // A word of its own first, whatever its letters.
  for (const { start, end } of places) {
    for (const fits of wishes) {
      for (let place = start; place < end; place++) if (isFree(place, fits)) return place;
    }
  }
  return 0;
}

/** A translation with marks before some places of both texts. */
function moved(
  translation: Translation,
  { source, before, behind }: {
    source: string;
    before: readonly number[];
    behind: readonly number[];
  },
): Translation {
  const move = ({ start, end }: TextPlace, marks: readonly number[]): TextPlace => {
    const by = marks.filter((mark) => mark < start).length;
    return {
      ...movePlace({ start, end }, by),
      end: end + marks.filter((mark) => mark < end).length,
    };
  };
  const link = <Link extends Pick<PlaceLink, "source" | "target">>(link: Link): Link => ({
    ...link,
    source: move(link.source, before),
    target: move(link.target, behind),
  });
  let text = "", done = 0;
  for (const place of behind) {
    text += `${translation.translation.slice(done, place)}&`;
    done = place;
  }
  return {
    ...translation,
    source,
    translation: text + translation.translation.slice(done),
    words: translation.words?.map((word) => ({ ...word, ...move(word, behind) })),
    alignment: translation.alignment?.map(link),
    terms: translation.terms?.map(link),
  };
}
