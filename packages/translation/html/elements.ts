/** Elements whose text is not language. */
export const silentElements: ReadonlySet<string> = new Set(
  "script style code pre kbd samp var math svg textarea noscript template".split(" "),
);

/** Elements without an end tag. */
export const emptyElements: ReadonlySet<string> = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);

/** Whether an attribute keeps its element from being translated (true) or lets it (false); undefined: neither. */
export function isHidden(attribute: string, value: string): boolean | undefined {
  if (attribute === "translate") {
    const said = value.toLowerCase();
    if (said === "no") return true;
    if (said === "yes" || said === "") return false;
  }
  if (attribute === "class" && /(?:^|\s)notranslate(?:\s|$)/.test(value)) return true;
  return undefined;
}
