import { requireJson } from "../openapi/check_body.ts";
import type { RouteContext, ServerApp } from "../routes/route_context.ts";
import { addCompletions } from "./completions.ts";
import { addEmbeddings } from "./embeddings.ts";
import { addClassify, addFillMask } from "./encoder_tasks.ts";
import { addListModels } from "./list_models.ts";
import { addV1Stream } from "./stream.ts";
import { addV1Translate } from "./translate.ts";

/** Paths that take JSON alone. */
const jsonPaths = [
  "/v1/translate",
  "/v1/translate/stream",
  "/v1/embeddings",
  "/embed",
  "/v1/classify",
  "/v1/fill-mask",
  "/v1/completions",
];

/** Adds Heed's own routes, and those for whose work there are models. */
export function addV1(app: ServerApp, context: RouteContext): void {
  const { textModels } = context;
  for (const path of jsonPaths) app.use(path, requireJson);
  addV1Translate(app, context);
  addV1Stream(app, context);
  if (textModels.names.length > 0) addListModels(app, context);
  if (textModels.hasEncoder()) addEmbeddings(app, context);
  if (textModels.hasEncoder("sequence-classification")) addClassify(app, context);
  if (textModels.hasEncoder("masked-lm")) addFillMask(app, context);
  if (textModels.hasWriter) addCompletions(app, context);
}
