import type { Context } from "hono";
import { documentFormat } from "@heed/documents";
import { missing, RequestError } from "../errors.ts";
import { type Parameters, textOf } from "../parameters.ts";
import type { RouteContext } from "../routes/route_context.ts";
import type { NewJob } from "./job.ts";

/** Paths whose requests carry files, and may be larger than others. */
export const uploadPaths: ReadonlySet<string> = new Set(["/translate_file", "/v1/jobs"]);

/** Most characters of a file's name. */
const mostNameCharacters = 200;

/**
 * Reads the file of a request, and lets its client in.
 *
 * @param c The request.
 * @param parameters What it says: `file`, `source`, `target`, `api_key`.
 * @param context Languages and access.
 * @returns The job, which may be taken.
 * @throws {RequestError} 400 when something is missing or not supported, and as `Access.admit` does.
 */
export async function admittedFile(
  c: Context,
  parameters: Parameters,
  { service, access, settings }: RouteContext,
): Promise<NewJob> {
  const { file } = parameters.values;
  if (!(file instanceof File)) throw missing("file");
  const source = textOf(parameters, "source");
  if (source === undefined) throw missing("source");
  const target = textOf(parameters, "target");
  if (target === undefined) throw missing("target");
  if (file.name === "") throw new RequestError(400, "Invalid request: empty file");
  const fileName = plainName(file.name);
  const format = documentFormat(fileName);
  if (format === undefined) {
    throw new RequestError(400, "Invalid request: file format not supported");
  }
  const languages = languagesOf({ source, target }, service.languages);
  // A file larger than what a client may have in a minute takes the whole minute.
  const cost = Math.min(file.size, settings.charactersPerMinute);
  await access.admit(c, parameters, cost);
  return { fileName, format, ...languages, bytes: new Uint8Array(await file.arrayBuffer()) };
}

function languagesOf(
  { source, target }: { source: string; target: string },
  languages: RouteContext["service"]["languages"],
): { source: string; target: string } {
  const isAuto = source.trim().toLowerCase() === "auto";
  const from = isAuto ? undefined : languages.find(source);
  const to = languages.find(target);
  if (from) languages.check(from, to);
  return { source: from?.code ?? "auto", target: to.code };
}

/** A file's name without folders, and without what no file name has. */
function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1)!;
  // deno-lint-ignore no-control-regex
  return last.replace(/[\x00-\x1f\x7f]/g, "").slice(-mostNameCharacters);
}
