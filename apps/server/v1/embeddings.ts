import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { RequestError } from "../errors.ts";
import { answers, jsonBody, withModel } from "../openapi/answers.ts";
import type { EncoderInput, VectorOptions, Vectors } from "../text_models/encoder_queue.ts";
import { checkCharacters, checkTexts } from "../routes/limits.ts";
import { type RouteContext, type ServerApp, withinDeadline } from "../routes/route_context.ts";

const ids = z.array(z.int().min(0)).min(1);
const model = z.string().optional().openapi({
  description: "Name of a model: the folder it is in. The first when left out",
});

const embeddingsBody = z.object({
  input: z.union([z.string(), z.array(z.string()).min(1), ids, z.array(ids).min(1)], {
    error: "must be text, a list of texts, ids, or a list of ids",
  }).openapi({ description: "Text, texts, or ids of the model's own tokenizer" }),
  model,
  encoding_format: z.enum(["float", "base64"]).default("float"),
  dimensions: z.int().min(1).optional().openapi({
    description: "Only as many as the model has: vectors are not shortened",
  }),
}).openapi("EmbeddingsRequest");

const embeddingsAnswer = z.object({
  object: z.literal("list"),
  data: z.array(z.object({
    object: z.literal("embedding"),
    index: z.int(),
    embedding: z.union([z.array(z.number()), z.string()]).openapi({
      description: "Numbers, or float32 in base64, the low byte first",
    }),
  })),
  model: z.string(),
  usage: z.object({ prompt_tokens: z.int(), total_tokens: z.int() }),
}).openapi("Embeddings");

const embeddings = createRoute({
  method: "post",
  path: "/v1/embeddings",
  tags: ["Models"],
  summary: "Turns texts into vectors, as OpenAI has it",
  request: jsonBody(embeddingsBody),
  responses: answers("A vector for each text", embeddingsAnswer, withModel),
});

const embed = createRoute({
  method: "post",
  path: "/embed",
  tags: ["Models"],
  summary: "Turns texts into vectors, as text-embeddings-inference has it",
  request: jsonBody(
    z.object({
      inputs: z.union([z.string(), z.array(z.string()).min(1)], {
        error: "must be text or a list of texts",
      }),
      normalize: z.boolean().default(true),
      truncate: z.boolean().default(false).openapi({
        description: "Whether texts that are too long are cut; else they are refused",
      }),
    }).openapi("EmbedRequest"),
  ),
  responses: answers("A vector for each text", z.array(z.array(z.number()))),
});

/** Adds `POST /v1/embeddings` and `POST /embed`. */
export function addEmbeddings(app: ServerApp, context: RouteContext): void {
  const { textModels } = context;
  app.openapi(embeddings, async (c) => {
    const { input, model, encoding_format, dimensions } = c.req.valid("json");
    const inputs = inputsOf(input);
    const { name, queue } = await textModels.encoder(model);
    if (dimensions !== undefined && dimensions !== queue.dimensions) {
      throw new RequestError(
        400,
        `Invalid request: dimensions: ${name} has ${queue.dimensions}`,
      );
    }
    const { vectors, tokens } = await vectorsOf(
      c,
      { inputs, context },
      (asker) => queue.embed(inputs, asker),
    );
    const encode = encoding_format === "base64" ? base64Of : numbersOf;
    return c.json({
      object: "list" as const,
      data: vectors.map((vector, index) => ({
        object: "embedding" as const,
        index,
        embedding: encode(vector),
      })),
      model: name,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    }, 200);
  });
  app.openapi(embed, async (c) => {
    const { inputs: input, normalize, truncate } = c.req.valid("json");
    const inputs = typeof input === "string" ? [input] : input;
    const { queue } = await textModels.encoder(undefined);
    const { vectors } = await vectorsOf(
      c,
      { inputs, context },
      (asker) => queue.embed(inputs, { ...asker, normalize, truncate }),
    );
    return c.json(vectors.map(numbersOf), 200);
  });
}

/** What an id counts as: about so many characters make a token. */
const charactersOfId = 4;

/** Lets the client in, and works for it until its deadline. */
async function vectorsOf(
  c: Context,
  { inputs, context }: { inputs: readonly EncoderInput[]; context: RouteContext },
  work: (asker: Pick<VectorOptions, "client" | "signal">) => Promise<Vectors>,
): Promise<Vectors> {
  const { access, settings } = context;
  const texts = inputs.map((input) => typeof input === "string" ? input : "");
  const ids = inputs.reduce(
    (sum, input) => sum + (typeof input === "string" ? 0 : input.length),
    0,
  );
  const size = checkTexts(texts, settings) + charactersOfId * ids;
  checkCharacters(size, settings);
  const client = await access.admit(c, { values: {}, isJson: true }, size, inputs.length);
  return await withinDeadline(c, settings, (signal) => work({ client, signal }));
}

function inputsOf(input: z.output<typeof embeddingsBody>["input"]): EncoderInput[] {
  if (typeof input === "string") return [input];
  return typeof input[0] === "number" ? [input as number[]] : input as EncoderInput[];
}

/** Numbers with as many digits as float32 has. */
function numbersOf(vector: Float32Array): number[] {
  return Array.from(vector, (value) => Number(value.toPrecision(9)));
}

/** The bytes of float32, the low one first on any machine. */
function base64Of(vector: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * vector.length));
  vector.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return new Uint8Array(view.buffer).toBase64();
}
