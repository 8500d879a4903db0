/** Families of licences, from the one that asks for least to the one that asks for most. */
export const LICENCE_CLASSES = [
  "permissive",
  "MPL",
  "LGPL",
  "CC-BY-SA",
  "GFDL",
  "GPL",
  "AGPL",
  "archive",
  "unknown",
] as const;

/**
 * Family of a licence. `archive` stands for a collection whose parts are each under the licence of
 * their own package in Debian's `main`, all free by its guidelines, and none of them read.
 */
export type LicenceClass = typeof LICENCE_CLASSES[number];

/** In this order: `LGPL` contains `GPL`. */
const PATTERNS: readonly (readonly [RegExp, LicenceClass])[] = [
  [/\bnon-?commercial|\bCC-BY(-\w+)*-N[CD]\b|\bnon-?free\b|proprietary/i, "unknown"],
  [/\bAGPL|affero/i, "AGPL"],
  [/\bLGPL|lesser general|library general/i, "LGPL"],
  [/\bGFDL|\bFDL|free documentation/i, "GFDL"],
  [/\bGPL|GNU general public/i, "GPL"],
  [/\bMPL|mozilla|\bCDDL|\bEPL|eclipse|\bEUPL|\bCeCILL/i, "MPL"],
  [/\bCC-BY-SA|creative commons attribution share-?alike/i, "CC-BY-SA"],
  [
    new RegExp(
      "\\b(MIT|X11|Expat|ISC|BSD|0BSD|Apache|Zlib|libpng|public[- ]domain|CC0|CC-BY|Unlicense|" +
        "WTFPL|Artistic|PostgreSQL|PHP|Python|PSF|W3C|BSL|BOOST|Unicode|HPND|curl|FSFAP|FSFUL|" +
        "FSFULLR|NCSA|ZPL|Vim|Ruby|OpenSSL|TCL|NTP|OFL|SIL)",
      "i",
    ),
    "permissive",
  ],
];

/**
 * Finds the family of a licence as a copyright file states it.
 *
 * Of `A or B` the one that asks for less counts, of `A and B` the one that asks for more. What has
 * a part that must be obeyed and that is not known here is `unknown`.
 *
 * @param licence Short names of licences with `and`, `or` and commas, as in DEP-5.
 * @returns The family.
 */
export function classifyLicence(licence: string): LicenceClass {
  // DEP-5: `and` binds before `or`, and a comma binds last. Some files have underscores for spaces.
  const parts = licence.replace(/_+(and|or)_+/gi, " $1 ").split(/\s*,\s*(?=(?:and|or)\s)/i);
  let result = alternatives(parts[0]);
  for (const part of parts.slice(1)) {
    const value = alternatives(part.replace(/^(?:and|or)\s+/i, ""));
    result = /^or\s/i.test(part) ? least([result, value]) : most([result, value]);
  }
  return result;
}

/**
 * Finds what holds for something made of several parts.
 *
 * @param classes Families of the parts, at least one.
 * @returns The family that asks for most.
 */
export function most(classes: readonly LicenceClass[]): LicenceClass {
  return LICENCE_CLASSES[Math.max(...classes.map((name) => LICENCE_CLASSES.indexOf(name)))];
}

function least(classes: readonly LicenceClass[]): LicenceClass {
  return LICENCE_CLASSES[Math.min(...classes.map((name) => LICENCE_CLASSES.indexOf(name)))];
}

function alternatives(text: string): LicenceClass {
  return least(
    text.split(/\s+or\s+|\s*\|\s*/i).map((part) =>
      most(part.split(/\s+and\s+|\s*[&,]\s*/i).map(single))
    ),
  );
}

function single(name: string): LicenceClass {
  for (const [pattern, result] of PATTERNS) if (pattern.test(name)) return result;
  return "unknown";
}
