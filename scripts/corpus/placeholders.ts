/**
 * What programs put values into: `%s`, `%1$d`, `%(name)s`, `%1`, `{0}`, `{name}`, `${name}`, `$name`,
 * and tags such as `<b>`.
 */
const placeholder =
  /%(?:\d+\$)?[-+#0 ]*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|z|j|t|q)?[diouxXeEfgGcspn@]\b|%\([a-z_]\w*\)[a-z]|%\d+|\$?\{[\w.:-]*\}|\$[a-z_]\w*|<\/?[a-z][^<>]*>/giu;

/**
 * Finds the placeholders of a text.
 *
 * @param text Any text.
 * @returns Them, sorted; the position in `%1$s` is not part of one, as a translation may order them anew.
 */
export function findPlaceholders(text: string): string[] {
  const found = text.match(placeholder) ?? [];
  return found.map((each) => each.replace(/^%\d+\$/u, "%")).sort();
}

/**
 * Whether both sides of a pair have the same placeholders.
 *
 * @param source One side.
 * @param target The other side.
 * @returns True when they are the same, in any order.
 */
export function samePlaceholders(source: string, target: string): boolean {
  const expected = findPlaceholders(source);
  const found = findPlaceholders(target);
  return expected.length === found.length && expected.every((each, i) => each === found[i]);
}
