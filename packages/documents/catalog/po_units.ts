import { markupUnit } from "../markup_text.ts";
import type { TextUnit } from "../text_unit.ts";
import { singularForm } from "./plural_forms.ts";
import { poEntries, type PoString, toPoString } from "./po_entries.ts";

/**
 * Finds the messages of a catalog that have no translation yet; with `replace`, all of them. Flags, comments and
 * translations that are there, fuzzy ones too, stay. A translation that is its source is left out: programs show the
 * source then.
 */
export function poUnits(content: string, { replace = false } = {}): TextUnit[] {
  const newline = content.match(/\r?\n/)?.[0] ?? "\n";
  const entries = poEntries(content);
  const header = entries.find(({ id, context }) => id.text === "" && !context)?.forms[0].text ?? "";
  return entries.filter(({ id }) => id.text !== "").flatMap(({ id, plural, forms }) => {
    const open = forms.filter(({ text }) => replace || text === "");
    if (plural === undefined) return unitOf(id, open, newline);
    const singular = singularForm(header, forms.length);
    const isSingular = (form: PoString) => singular !== undefined && forms[singular] === form;
    return [
      ...unitOf(id, open.filter(isSingular), newline),
      ...unitOf(plural, open.filter((form) => !isSingular(form)), newline),
    ];
  });
}

function unitOf({ text }: PoString, places: readonly PoString[], newline: string): TextUnit[] {
  if (places.length === 0) return [];
  return [
    markupUnit(text, (translation) =>
      places.map(({ start, end }) => ({
        ...{ start, end },
        parts: [toPoString(translation, newline)],
      }))),
  ];
}
