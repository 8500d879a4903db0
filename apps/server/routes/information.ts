import type { Hono } from "hono";
import { fileEndings } from "../jobs/translate_file.ts";
import type { RouteContext } from "./route_context.ts";

/** Adds what says how the server is set up and how it is: `/languages`, `/frontend/settings`, `/health`, `/metrics`. */
export function addInformation(
  app: Hono,
  { service, textModels, access, settings, store, jobs }: RouteContext,
): void {
  const { languages, models } = service;
  app.get("/languages", (c) => c.json(languages.offered));
  app.get("/frontend/settings", async (c) => {
    const needsKey = await access.needsKey();
    const first = languages.offered.find(({ targets }) => targets.length > 0);
    const target = languages.offered.find(({ code }) => code === first?.targets[0]);
    return c.json({
      apiKeys: needsKey,
      charLimit: settings.charLimit,
      filesTranslation: jobs !== undefined,
      frontendTimeout: settings.frontendTimeout,
      keyRequired: needsKey,
      language: {
        source: { code: "auto", name: "Auto Detect" },
        target: { code: target?.code, name: target?.name },
      },
      suggestions: settings.suggestions && store !== undefined,
      supportedFilesFormat: jobs ? fileEndings : [],
    });
  });
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/metrics", (c) => {
    const loads = [models.load, textModels.load];
    const sum = (name: "waiting" | "running" | "loaded") =>
      loads.reduce((sum, load) => sum + load[name], 0);
    return c.text(
      [
        "# HELP heed_sentences_waiting Sentences and texts that wait for a model.",
        "# TYPE heed_sentences_waiting gauge",
        `heed_sentences_waiting ${sum("waiting")}`,
        "# HELP heed_batches_running Batches that models work on.",
        "# TYPE heed_batches_running gauge",
        `heed_batches_running ${sum("running")}`,
        "# HELP heed_models_loaded Models in memory.",
        "# TYPE heed_models_loaded gauge",
        `heed_models_loaded ${sum("loaded")}`,
        "",
      ].join("\n"),
      200,
      { "Content-Type": "text/plain; version=0.0.4" },
    );
  });
}
