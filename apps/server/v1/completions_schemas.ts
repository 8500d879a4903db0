import { z } from "@hono/zod-openapi";

/** Tokens that are written at most, and texts of one request. */
const mostTokens = 4096, mostTexts = 16;
/** Of what models here cannot do, only the value that changes nothing is taken. */
const notSupported = "is not supported";

/** What `POST /v1/completions` takes. */
export const completionsBody = z.object({
  model: z.string().optional().openapi({
    description: "Name of a model: the folder it is in. The first when left out",
  }),
  prompt: z.union([z.string(), z.array(z.string()).min(1).max(mostTexts)], {
    error: "must be text or a list of texts",
  }).default("").openapi({ example: "Once upon a time" }),
  max_tokens: z.int().min(1).max(mostTokens).nullish(),
  temperature: z.number().min(0).max(2).nullish().openapi({
    description: "0 takes the likeliest token each time",
  }),
  top_p: z.number().gt(0).max(1).nullish(),
  n: z.int().min(1).max(mostTexts).nullish(),
  seed: z.int().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)], {
    error: "must be text or a list of up to 4 texts",
  }).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  echo: z.boolean().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  best_of: z.literal(1, notSupported).nullish(),
  suffix: z.literal("", notSupported).nullish(),
  logprobs: z.null(notSupported).optional(),
  logit_bias: z.strictObject({}, notSupported).nullish(),
}).openapi("CompletionsRequest");

/** A continued text. */
const choice = z.object({
  text: z.string(),
  index: z.int(),
  logprobs: z.null(),
  finish_reason: z.enum(["stop", "length"]).nullable(),
});

const usage = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
});

/** What `POST /v1/completions` gives. */
export const completionsAnswer = z.object({
  id: z.string(),
  object: z.literal("text_completion"),
  created: z.int().openapi({ description: "Seconds since 1970" }),
  model: z.string(),
  choices: z.array(choice),
  usage,
}).openapi("Completions");

/** What is asked for. */
export type CompletionsRequest = z.output<typeof completionsBody>;
/** A continued text, or a piece of it. */
export type CompletionChoice = z.output<typeof choice>;
/** Tokens of a request. */
export type CompletionUsage = z.output<typeof usage>;
