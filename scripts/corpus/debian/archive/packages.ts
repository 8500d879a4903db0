import type { Stanza } from "./stanzas.ts";

/** What the index of the archive says of one binary package. */
export interface PackageInfo {
  readonly name: string;
  readonly version: string;
  /** Source package that it is built from. */
  readonly source: string;
  /** Length of the `.deb` in bytes. */
  readonly size: number;
  /** SHA-256 of the `.deb`, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Name under which apt stores the `.deb`. */
  readonly file: string;
  /** Whether it asks questions at installation, as its dependencies say. */
  readonly usesDebconf: boolean;
}

/**
 * Reads a paragraph of a `Packages` index.
 *
 * @param stanza The paragraph.
 * @returns The package; undefined when a field that a download needs is missing or not plausible.
 */
export function packageFrom(stanza: Stanza): PackageInfo | undefined {
  const name = stanza.get("package") ?? "";
  const version = stanza.get("version") ?? "";
  const sha256 = stanza.get("sha256") ?? "";
  const size = Number(stanza.get("size"));
  const architecture = stanza.get("architecture") ?? "";
  if (!isPackageName(name) || !/^[\w.+:~-]+$/.test(version) || !/^[0-9a-f]{64}$/.test(sha256)) {
    return undefined;
  }
  if (!Number.isSafeInteger(size) || !/^[a-z0-9-]+$/.test(architecture)) return undefined;
  const file = `${name}_${version.replaceAll(":", "%3a")}_${architecture}.deb`;
  const source = stanza.get("source")?.split(" ")[0] ?? name;
  const dependencies = `${stanza.get("depends") ?? ""} ${stanza.get("pre-depends") ?? ""}`;
  const usesDebconf = /\bdebconf\b/.test(dependencies);
  return { name, version, source, size, sha256, file, usesDebconf };
}

/**
 * Tells whether a text may be a package's name: then it is safe as an argument and in a path.
 *
 * @param text Any text.
 * @returns Whether it has the form that Debian's policy (section 5.6.1) asks for.
 */
export function isPackageName(text: string): boolean {
  return /^[a-z0-9][a-z0-9+.-]+$/.test(text);
}
