/** What the configuration of an apt of one's own is made from. */
export interface AptConfigurationOptions {
  /** Absolute path of the folder that everything is kept in. */
  readonly root: string;
  /** Languages whose package descriptions are wanted, such as `en` and `pt_BR`. */
  readonly languages: readonly string[];
  /** What `apt-config dump` prints on this machine; its proxies and methods are taken over. */
  readonly machine: string;
}

/**
 * Writes an `apt.conf` with which apt works in a folder of its own, without root rights, and also
 * fetches the lists of files (`Contents`).
 *
 * The machine's own settings are left out but for `Acquire::`, which says how to reach the archive:
 * others run programs after every update.
 *
 * @param options Folder, languages and the machine's settings.
 * @returns Text of the file.
 * @throws {RangeError} When the folder's name has a character that cannot be quoted.
 */
export function aptConfiguration({ root, languages, machine }: AptConfigurationOptions): string {
  // deno-lint-ignore no-control-regex
  if (/["\\\x00-\x1f]/.test(root)) {
    throw new RangeError(
      `Cannot keep apt's files in ${JSON.stringify(root)}: choose a folder without quotes, ` +
        "backslashes and control characters in its name",
    );
  }
  const acquire = machine.split("\n").filter((line) =>
    /^Acquire::[^ ]+ "[^"]*";$/.test(line) &&
    !/^Acquire::(Languages|IndexTargets|GzipIndexes)\b/i.test(line)
  );
  return `${acquire.join("\n")}
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "${root}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State "${root}/state";
Dir::State::lists "${root}/state/lists";
Dir::State::status "${root}/state/status";
Dir::Cache "${root}/cache";
Dir::Cache::archives "${root}/cache/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT::Get::List-Cleanup "false";
Acquire::GzipIndexes "true";
Acquire::Languages { ${languages.map((language) => `"${language}";`).join(" ")} };
Acquire::IndexTargets::deb::Contents {
  MetaKey "$(COMPONENT)/Contents-$(ARCHITECTURE)";
  ShortDescription "Contents-$(ARCHITECTURE)";
  Description "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Contents";
  KeepCompressed "true";
};
`;
}

/** One index that apt knows of. */
export interface IndexTarget {
  /** Kind: `Packages`, `Translations` or `Contents`. */
  readonly kind: string;
  /** Architecture; empty for translations. */
  readonly architecture: string;
  /** Language; empty for others than translations. */
  readonly language: string;
  /** Where the index lies on this machine. */
  readonly file: string;
  /** Address of the archive. */
  readonly uri: string;
  /** Release, such as `bookworm`. */
  readonly release: string;
  /** Component, such as `main`. */
  readonly component: string;
}

const FIELDS = [
  "CREATED_BY",
  "ARCHITECTURE",
  "LANGUAGE",
  "FILENAME",
  "REPO_URI",
  "RELEASE",
  "COMPONENT",
];

/** Value for `apt-get indextargets --format` that {@linkcode parseIndexTargets} reads. */
export const INDEX_TARGET_FORMAT: string = FIELDS.map((field) => `$(${field})`).join("\t");

/**
 * Reads what `apt-get indextargets` prints.
 *
 * @param text Lines made with {@linkcode INDEX_TARGET_FORMAT}.
 * @returns The indexes.
 */
export function parseIndexTargets(text: string): IndexTarget[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    // apt leaves the name of a field that an index lacks.
    const values = line.split("\t").map((value) => /^\$\(\w+\)$/.test(value) ? "" : value);
    const [kind, architecture, language, file, uri, release, component] = values;
    return { kind, architecture, language, file, uri, release, component };
  });
}

/** Options of {@linkcode sourcesList}. */
export interface SourcesListOptions {
  /** Indexes that the machine's own apt knows. */
  readonly targets: readonly IndexTarget[];
  /** File with the archive's keys; undefined for those that apt trusts anyway. */
  readonly keyring?: string;
}

/**
 * Chooses Debian's archive among the sources of the machine's apt: component `main` of the release,
 * without its updates and the archives of others.
 *
 * @param options The machine's indexes, and the keyring.
 * @returns Text of a `sources.list`.
 * @throws {RangeError} When the machine's apt knows no such archive.
 */
export function sourcesList({ targets, keyring }: SourcesListOptions): string {
  const target = targets.find(({ kind, uri, release, component }) =>
    kind === "Packages" && component === "main" && /\/debian\/?$/.test(uri) &&
    /^[a-z]+$/.test(release)
  );
  if (target === undefined) {
    throw new RangeError(
      "Cannot find Debian's archive in the configuration of apt: give one with --sources-list FILE",
    );
  }
  const options = keyring === undefined ? "" : `[signed-by=${keyring}] `;
  return `deb ${options}${target.uri} ${target.release} main\n`;
}
