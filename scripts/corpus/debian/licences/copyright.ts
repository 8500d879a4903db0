import { parseStanzas } from "../archive/stanzas.ts";

/** Where in a copyright file the licence was found. */
export type LicenceEvidence = "Files: *" | "header" | "common-licenses" | "none";

/** What a package's copyright file says of the package as a whole. */
export interface StatedLicence {
  /** The licence as the file names it, such as `GPL-2+ or MIT`; `unknown` when none was found. */
  readonly licence: string;
  readonly evidence: LicenceEvidence;
}

const UNKNOWN: StatedLicence = { licence: "unknown", evidence: "none" };

/**
 * Finds the licence of a package in its copyright file.
 *
 * In a file of the machine-readable format (DEP-5) it is the one of the last paragraph `Files: *`,
 * else that of the header. In others it is what the file refers to in `/usr/share/common-licenses`;
 * several of them are joined by `and`, since nothing says which parts they hold for.
 *
 * @param text The copyright file.
 * @returns The licence, and where it was found.
 */
export function readCopyright(text: string): StatedLicence {
  if (/^Format(-Specification)?:/mi.test(text)) {
    const stanzas = parseStanzas(text);
    const whole = stanzas.findLast((stanza) =>
      stanza.get("files")?.trim().split(/[\s,]+/).includes("*")
    );
    const licence = shortName(whole?.get("license"));
    if (licence) return { licence, evidence: "Files: *" };
    const header = shortName(stanzas.find((stanza) => stanza.has("format"))?.get("license"));
    if (header) return { licence: header, evidence: "header" };
    if (whole) return UNKNOWN;
  }
  const names = new Set<string>();
  for (const [, name] of text.matchAll(/\/usr\/share\/common-licenses\/([A-Za-z]+(?:-[\d.]+)?)/g)) {
    names.add(name.replace(/\.$/, ""));
  }
  if (names.size === 0) return UNKNOWN;
  return { licence: [...names].sort().join(" and "), evidence: "common-licenses" };
}

function shortName(field: string | undefined): string {
  return field?.split("\n")[0].trim().replace(/\s+/g, " ") ?? "";
}
