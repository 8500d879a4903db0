import { RequestError } from "../errors.ts";
import type { ServerSettings } from "../settings.ts";

/** Characters of all texts, as Python counts them. */
export function charactersOf(texts: readonly string[]): number {
  let length = 0;
  for (const text of texts) for (const _ of text) length++;
  return length;
}

/**
 * Refuses more texts, or more characters, than a request may have.
 *
 * @returns The characters.
 * @throws {RequestError} 400 when it is too much.
 */
export function checkTexts(texts: readonly string[], settings: ServerSettings): number {
  checkSize(texts.length, settings.batchLimit);
  const characters = charactersOf(texts);
  checkCharacters(characters, settings);
  return characters;
}

/** Refuses more characters than a request may have. */
export function checkCharacters(characters: number, { charLimit }: ServerSettings): void {
  checkSize(characters, charLimit);
}

/** Refuses more alternatives than a request may have. */
export function checkAlternatives(count: number, { alternativesLimit }: ServerSettings): void {
  if (alternativesLimit < 0 || count <= alternativesLimit) return;
  throw new RequestError(
    400,
    `Invalid request: alternatives parameter must be <= ${alternativesLimit}`,
  );
}

function checkSize(size: number, limit: number): void {
  if (limit < 0 || size <= limit) return;
  throw new RequestError(400, `Invalid request: request (${size}) exceeds text limit (${limit})`);
}
