import { z } from "@hono/zod-openapi";

/** Terms of a request's glossary at most, and texts that it protects. */
const mostTerms = 1000;

const term = z.string().max(200).regex(/\S/, "must not be empty");
const place = z.strictObject({
  start: z.int().openapi({ description: "First UTF-16 unit" }),
  end: z.int().openapi({ description: "The one after the last" }),
});

const detected = z.object({
  confidence: z.int().min(0).max(100),
  language: z.string(),
}).openapi("Detected");

/** What says how texts are translated. */
const how = {
  source: z.string().min(1).default("auto").openapi({
    description: "Code of the texts' language, or `auto`: each is detected by itself",
    example: "en",
  }),
  target: z.string().min(1).openapi({
    description: "Code of the language to translate into",
    example: "de",
  }),
  attention: z.boolean().default(false).openapi({
    description: "Give tokens and cross-attention",
  }),
  alignment: z.boolean().default(false).openapi({
    description: "Give the places of the texts that belong together",
  }),
  glossary: z.record(term, term)
    .refine((terms) => Object.keys(terms).length <= mostTerms, `at most ${mostTerms} terms`)
    .optional().openapi({
      type: "object",
      description: "Terms and what each is translated as",
      example: { freezer: "Tiefkühler" },
    }),
  protect: z.union([z.boolean(), z.array(term).max(mostTerms)]).default(true).openapi({
    description:
      "What comes out as it is: placeholders, code, addresses and the like (true), those and what the list has, or nothing (false)",
  }),
};

/** What `POST /v1/translate` takes. */
export const translateBody = z.strictObject({
  texts: z.array(z.string()).min(1).openapi({ example: ["Open the file."] }),
  ...how,
  alternatives: z.int().min(0).default(0).openapi({
    description: "Further translations of each text",
  }),
  words: z.boolean().default(false).openapi({
    description: "Give the words, their places and how sure the model is of each",
  }),
  format: z.enum(["text", "html"]).default("text"),
  splitSentences: z.boolean().default(true).openapi({
    description: "Whether texts are split into sentences",
  }),
}).openapi("TranslateRequest");

/** What `POST /v1/translate/stream` takes. */
export const streamBody = z.strictObject({
  text: z.string().openapi({ example: "Open the file. Then close it." }),
  ...how,
}).openapi("StreamRequest");

const hypothesis = z.object({
  text: z.string(),
  score: z.number().openapi({ description: "Log-probability per token in nats, 0 at best" }),
  confidence: z.number().optional().openapi({ description: "How good it is likely to be, 0 to 1" }),
}).openapi("Hypothesis");

const word = z.object({
  text: z.string(),
  ...place.shape,
  probability: z.number(),
  confidence: z.number().optional(),
}).openapi("Word");

const link = z.object({
  source: place,
  target: place,
  score: z.number().openapi({
    description: "How much of its attention the word has there, 0 to 1",
  }),
}).openapi("Link");

const sentence = z.object({
  source: z.string(),
  translation: z.string(),
  sourceTokens: z.array(z.string()),
  targetTokens: z.array(z.string()),
  attention: z.array(z.array(z.number())).openapi({ description: "`[target][source]`" }),
}).openapi("SentenceAttention");

/** A text and what it became. */
export const translationSchema = z.object({
  text: z.string(),
  source: z.string().openapi({ description: "The language that it was translated from" }),
  alternatives: z.array(z.string()),
  detected: detected.optional(),
  score: z.number(),
  confidence: z.number().optional(),
  untranslated: z.literal(true).optional().openapi({
    description: "A sentence stands as it was, for the model gave nothing that passes",
  }),
  hypotheses: z.array(hypothesis).openapi({
    description: "The translation and its alternatives, the best first, with their scores",
  }),
  words: z.array(word).optional(),
  alignment: z.array(link).optional(),
  sentences: z.array(sentence).optional(),
}).openapi("Translation");

/** What `POST /v1/translate` gives. */
export const translateAnswer = z.object({ translations: z.array(translationSchema) })
  .openapi("TranslateAnswer");

/** A translated text, as it is sent. */
export type TranslationJson = z.input<typeof translationSchema>;
