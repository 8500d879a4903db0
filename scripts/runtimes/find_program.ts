/**
 * Looks for a program on the PATH.
 *
 * @param name Name of the program.
 * @returns Its path; undefined when there is none.
 */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/${name}`;
    try {
      const { isFile, mode } = await Deno.stat(path);
      if (isFile && (mode ?? 0) & 0o111) return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
