import { files, joinPath } from "@heed/checkpoint";

/** Reads a JSON file. */
export async function readJson<T>(path: string): Promise<T> {
  try {
    return JSON.parse(await files.readText(path));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new SyntaxError(`Cannot read ${path}: ${cause.message}`, { cause });
  }
}

/** Writes a JSON file in one step, lists of numbers on one line; makes its folder. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value, null, 1)
    .replace(/\[[\s\d.,e+-]+\]/g, (numbers) => numbers.replace(/\s+/g, ""));
  await writeText(path, text + "\n");
}

/** Writes a text file in one step; makes its folder. */
export async function writeText(path: string, text: string): Promise<void> {
  await files.makeDirectory(path.slice(0, path.lastIndexOf("/")));
  await files.writeAtomic(path, new TextEncoder().encode(text));
}

/** The value of a file that was written before, else what `make` gives, which is written now. */
export async function keptJson<T>(path: string, make: () => Promise<T>): Promise<T> {
  if (await files.exists(path)) return await readJson(path);
  const value = await make();
  await writeJson(path, value);
  return value;
}

export { files, joinPath };
