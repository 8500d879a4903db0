import type { z } from "@hono/zod-openapi";
import type { TranslationRequest } from "../service.ts";
import type { streamBody } from "./schemas.ts";

/** What a body says of how to translate. */
type How = Pick<
  z.output<typeof streamBody>,
  "target" | "attention" | "alignment" | "glossary" | "protect"
>;

/** Makes of a body what the service is asked. */
export function askedOf(
  { target, attention, alignment, glossary, protect }: How,
): Pick<TranslationRequest, "target" | "attention" | "alignment" | "glossary" | "protect"> {
  return {
    target,
    attention,
    alignment,
    glossary: glossary && { terms: new Map(Object.entries(glossary)) },
    protect: Array.isArray(protect) && protect.length === 0
      ? true
      : Array.isArray(protect)
      ? [patternOf(protect)]
      : protect,
  };
}

/** A pattern that matches these texts and nothing else: patterns of strangers may take for ever. */
function patternOf(texts: readonly string[]): RegExp {
  const longestFirst = [...texts].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((text) => RegExp.escape(text)).join("|"), "gu");
}
