import { z } from "@hono/zod-openapi";

/** Yes or no: `0` and `1`, as forms have it. */
const flag = z.union([
  z.boolean(),
  z.enum(["0", "1", "false", "true"]).transform((value) => value === "1" || value === "true"),
]);

/** What would change the translation, and cannot be done: better refused than ignored. */
export const refusedNames = [
  "glossary_id",
  "glossary_ids",
  "style_id",
  "style_rule_list",
  "custom_instructions",
  "translation_memory_id",
  "ignore_tags",
  "splitting_tags",
  "non_splitting_tags",
] as const;

/** What `POST /v2/translate` takes, from JSON or from a form. */
export const deeplBody = z.object({
  text: z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1)], {
    error: "must be text or a list of texts",
  }).openapi({ example: ["Open the file."] }),
  source_lang: z.string().min(1).optional().openapi({
    description: "Detected of each text when left out",
    example: "EN",
  }),
  target_lang: z.string().min(1).openapi({ example: "DE" }),
  context: z.string().optional().openapi({ description: "Is ignored: texts are translated alone" }),
  formality: z.enum(["default", "prefer_more", "prefer_less"], {
    error: "only default, prefer_more and prefer_less are supported: models have one formality",
  }).optional(),
  tag_handling: z.enum(["html", "xml"]).optional(),
  split_sentences: z.union([flag, z.literal("nonewlines").transform(() => true)]).optional(),
  show_billed_characters: flag.optional(),
}).openapi("DeepLTranslateRequest");

/** What `POST /v2/translate` gives. */
export const deeplAnswer = z.object({
  translations: z.array(z.object({
    detected_source_language: z.string(),
    text: z.string(),
    billed_characters: z.int().optional(),
  })),
}).openapi("DeepLTranslateAnswer");

/** What `GET /v2/languages` gives. */
export const deeplLanguages = z.array(z.object({
  language: z.string(),
  name: z.string(),
  supports_formality: z.boolean(),
}));

/** What `GET /v2/usage` gives. */
export const deeplUsage = z.object({ character_count: z.int(), character_limit: z.int() });
