import { showValue } from "./show_value.ts";

/** One file of a shipped model. */
export interface ModelFile {
  /** Name relative to {@linkcode ModelAssets.base}. */
  readonly path: string;
  /** Length in bytes. */
  readonly bytes: number;
  /** SHA-256 as 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/**
 * What a model package says about its files. Packages need not import this type: any object of this
 * shape will do.
 */
export interface ModelAssets {
  /** Name of the model, also of its folder in the cache; it may have a scope, `@scope/name`. */
  readonly name: string;
  /** Version of the model. */
  readonly version: string;
  /**
   * Folder that holds the files, with a slash at its end; usually relative to the package's
   * `import.meta.url`.
   */
  readonly base: URL;
  /** The files. */
  readonly files: readonly ModelFile[];
}

/**
 * Checks the parts of assets that become names in the cache; `joinPath` checks the names
 * themselves.
 */
export function checkAssets({ name, version, base, files }: ModelAssets): void {
  // A name may have a scope, as packages have: @scope/name.
  const isNamed = typeof name === "string" &&
    /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/i.test(name);
  if (!isNamed || typeof version !== "string" || !/^[a-z0-9][a-z0-9.+-]*$/i.test(version)) {
    throw new RangeError(
      `Cannot use model ${showValue(name)} ${showValue(version)}: ` +
        "name and version may hold letters, digits and . _ - only, and a name a scope before it, @scope/name",
    );
  }
  if (!(base instanceof URL) || !Array.isArray(files)) {
    throw new RangeError(
      `Cannot use model ${name} ${version}: it needs "base", a URL, and "files", a list of path, ` +
        "bytes and sha256",
    );
  }
  for (const file of files as readonly (Partial<ModelFile> | null)[]) {
    const { path, bytes = -1, sha256 = "" } = file ?? {};
    if (
      typeof path !== "string" || !Number.isSafeInteger(bytes) || bytes < 0 ||
      !/^[0-9a-f]{64}$/.test(sha256)
    ) {
      throw new RangeError(
        `Cannot use ${showValue(path) ?? "a file"} of model ${name} ${version}: ` +
          "it needs its length in bytes and its SHA-256 in hexadecimal",
      );
    }
  }
}
