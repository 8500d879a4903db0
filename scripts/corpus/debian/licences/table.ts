import { readCopyright } from "./copyright.ts";
import { classifyLicence, type LicenceClass, most } from "./licence.ts";

/** What is known of the licence of one package or collection. */
export interface LicenceRecord {
  /** Name of the package or collection. */
  readonly name: string;
  /** Version of the package; empty for a collection. */
  readonly version: string;
  /** The licence as its copyright file names it. */
  readonly licence: string;
  /** Where that was found. */
  readonly evidence: string;
  readonly class: LicenceClass;
}

/** Licences by the name that begins a pair's document. */
export class LicenceTable {
  readonly #records = new Map<string, LicenceRecord>();

  /** All records, in the order of their names. */
  get records(): readonly LicenceRecord[] {
    return [...this.#records.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  }

  /**
   * Enters a package.
   *
   * @param info Its name and version.
   * @param copyright Text of its copyright file; undefined when it has none.
   */
  addPackage(info: { name: string; version: string }, copyright: string | undefined): void {
    const { name, version } = info;
    const { licence, evidence } = readCopyright(copyright ?? "");
    this.add({
      name,
      version,
      licence,
      evidence: copyright === undefined ? "no copyright file" : evidence,
      class: classifyLicence(licence),
    });
  }

  /**
   * Enters a record as it is.
   *
   * @param record What is known.
   */
  add(record: LicenceRecord): void {
    this.#records.set(record.name, record);
  }

  /**
   * Enters documents that have their texts from several packages, all of which must be obeyed.
   *
   * @param names Packages that have been entered.
   * @returns The name of the new record, such as `manpages-de+muttrc`.
   */
  addCombination(names: readonly string[]): string {
    const distinct = [...new Set(names)];
    const name = distinct.join("+");
    if (distinct.length > 1 && !this.#records.has(name)) {
      const parts = distinct.map((part) => this.get(part));
      this.add({
        name,
        version: parts.map((part) => part.version).join(" and "),
        licence: parts.map((part) => part.licence).join(" and "),
        evidence: "its packages",
        class: most(parts.map((part) => part.class)),
      });
    }
    return name;
  }

  /**
   * Looks a name up.
   *
   * @param name Package or collection.
   * @returns Its record; one that says `unknown` when it was never entered.
   */
  get(name: string): LicenceRecord {
    return this.#records.get(name) ??
      { name, version: "", licence: "unknown", evidence: "never read", class: "unknown" };
  }
}
