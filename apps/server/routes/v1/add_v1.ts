import { requireJson } from "../../openapi/check_body.ts";
import type { RouteContext, ServerApp } from "../route_context.ts";
import { addV1Stream } from "./stream.ts";
import { addV1Translate } from "./translate.ts";

/** Adds Heed's own routes. */
export function addV1(app: ServerApp, context: RouteContext): void {
  for (const path of ["/v1/translate", "/v1/translate/stream"]) app.use(path, requireJson);
  addV1Translate(app, context);
  addV1Stream(app, context);
}
