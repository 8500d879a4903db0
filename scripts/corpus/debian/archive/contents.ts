/** Paths of files by the package that holds them. */
export type PackageFiles = ReadonlyMap<string, readonly string[]>;

/**
 * Finds files in the archive's `Contents` indexes, in one pass for all patterns.
 *
 * @param lines Lines of the indexes: a path, white space, `section/package` names with commas.
 * @param patterns What paths (without a leading slash) must match, by a name of the caller's.
 * @returns For each name the packages and their matching paths.
 */
export async function findFiles(
  lines: AsyncIterable<string> | Iterable<string>,
  patterns: ReadonlyMap<string, RegExp>,
): Promise<Map<string, PackageFiles>> {
  const found = new Map<string, Map<string, string[]>>();
  for (const name of patterns.keys()) found.set(name, new Map());
  if (patterns.size === 0) return found;
  for await (const line of lines) {
    const end = line.lastIndexOf(" ");
    if (end < 0) continue;
    const path = line.slice(0, end).trimEnd();
    for (const [name, pattern] of patterns) {
      if (!pattern.test(path)) continue;
      for (const entry of line.slice(end + 1).split(",")) {
        add(found.get(name)!, entry.slice(entry.lastIndexOf("/") + 1), path);
      }
    }
  }
  return found;
}

function add(files: Map<string, string[]>, name: string, path: string): void {
  const paths = files.get(name);
  if (paths) paths.push(path);
  else files.set(name, [path]);
}
