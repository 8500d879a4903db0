import type { Hono } from "hono";
import { missing, RequestError } from "../errors.ts";
import { readParameters, textOf } from "../parameters.ts";
import type { RouteContext } from "./route_context.ts";

/** Adds `POST /suggest`, as LibreTranslate has it: better translations for whoever runs the server. */
export function addSuggest(app: Hono, { service, access, settings, store }: RouteContext): void {
  app.post("/suggest", async (c) => {
    if (!settings.suggestions || !store) {
      throw new RequestError(403, "Suggestions are disabled on this server.");
    }
    const parameters = await readParameters(c);
    const [text, suggestion, source, target] = ["q", "s", "source", "target"].map((name) => {
      const value = textOf(parameters, name);
      if (value === undefined) throw missing(name);
      return value;
    });
    const size = Math.max(text.length, suggestion.length);
    if (settings.charLimit >= 0 && size > settings.charLimit) {
      throw new RequestError(
        400,
        `Invalid request: request (${size}) exceeds text limit (${settings.charLimit})`,
      );
    }
    const { languages } = service;
    const suggested = {
      text,
      suggestion,
      source: source === "auto" ? source : languages.find(source).code,
      target: languages.find(target).code,
    };
    await access.admit(c, parameters, 0);
    await store.suggestions.add(suggested);
    return c.json({ success: true });
  });
}
