import { files, type Path } from "@heed/checkpoint";

/** Reads a JSON file of a model directory as an object. */
export async function readJson(path: Path): Promise<Record<string, unknown>> {
  const text = await files.readText(path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  if (typeof json === "object" && json !== null && !Array.isArray(json)) {
    return json as Record<string, unknown>;
  }
  throw new SyntaxError(`Cannot read ${path}: it is not a JSON object`);
}
