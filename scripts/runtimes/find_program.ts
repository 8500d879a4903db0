/**
 * Looks for a program on the PATH.
 *
 * @param name Name of the program.
 * @param isRight Whether a program of that name will do; default any.
 * @returns Path of the first that will do; undefined when there is none.
 */
export async function findProgram(
  name: string,
  isRight: (path: string) => Promise<boolean> = () => Promise.resolve(true),
): Promise<string | undefined> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/${name}`;
    try {
      const { isFile, mode } = await Deno.stat(path);
      if (isFile && (mode ?? 0) & 0o111 && await isRight(path)) return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
