import type { Hono } from "hono";
import { missing } from "../errors.ts";
import { readParameters, textsOf } from "../parameters.ts";
import type { RouteContext } from "./route_context.ts";

/** Adds `POST /detect`, as LibreTranslate has it: a list is detected as one text. */
export function addDetect(app: Hono, { service, access }: RouteContext): void {
  app.post("/detect", async (c) => {
    const parameters = await readParameters(c);
    const q = textsOf(parameters);
    if (q === undefined) throw missing("q");
    await access.admit(c, parameters, 0);
    return c.json(await service.detect(typeof q === "string" ? q : q.join("\n")));
  });
}
