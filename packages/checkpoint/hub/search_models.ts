import { firefoxContext, firefoxModels } from "./_firefox.ts";
import { type HubOptions, hubSettings } from "./hub_options.ts";
import { hubContext, hubUrl } from "./_huggingface.ts";
import { notData, RefusedError, requestJson } from "./_request.ts";

/** Options of {@linkcode searchModels}. */
export interface SearchOptions extends HubOptions {
  /** What the models are to do, in Hugging Face's words; `translation` by default, `""` for all. */
  readonly task?: string;
  /** Most models to name; 20 by default. */
  readonly limit?: number;
}

/** A model that was found. */
export interface FoundModel {
  /** Its name, for `pullModel`. */
  readonly name: string;
  /** How often it was fetched in the last month, where that is counted. */
  readonly downloads?: number;
  /** Licence, where it is said. */
  readonly license?: string;
  /** What a registry says of it, such as `base-memory, Release`. */
  readonly detail?: string;
}

/**
 * Searches a hub, and the registry of Firefox's models where one is set, for published models.
 *
 * @param words Parts of the name, such as `opus-mt en-fr`; divided by spaces.
 * @param options Hub, task and number.
 * @returns The models, those of the registry first and then the most fetched.
 * @throws {Error} When the hub cannot be asked; says what to do.
 * @example
 * ```ts
 * import { searchModels } from "@heed/checkpoint/hub";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => searchModels("en-fr", { offline: true }), Error, "HF_HUB_OFFLINE");
 * ```
 */
export async function searchModels(
  words: string,
  options: SearchOptions = {},
): Promise<FoundModel[]> {
  const settings = hubSettings(options);
  const { task = "translation", limit = 20 } = options;
  const failure = `Cannot search for ${JSON.stringify(words)}`;
  if (settings.offline) {
    throw new RefusedError(`${failure}: HF_HUB_OFFLINE forbids the network`);
  }
  const found: FoundModel[] = [];
  if (settings.registry !== undefined && (task === "" || task === "translation")) {
    for (const model of await firefoxModels(settings, firefoxContext(settings, failure))) {
      const { source, target, architecture, status } = model;
      const name = `firefox:${source}-${target}`;
      if (!words.toLowerCase().split(/\s+/).every((word) => name.includes(word))) continue;
      found.push({ name, detail: [architecture, status].filter(Boolean).join(", ") });
    }
  }
  const query = new URLSearchParams({ search: words, limit: String(limit), sort: "downloads" });
  query.set("direction", "-1");
  if (task !== "") query.set("pipeline_tag", task);
  const url = hubUrl(settings, `/api/models?${query}`);
  const context = hubContext(settings, { failure });
  const json = await requestJson(url, context);
  if (!Array.isArray(json)) throw notData(url, context, { response: new Response() });
  for (const { id, downloads, tags } of json as Partial<Record<string, unknown>>[]) {
    if (typeof id !== "string") continue;
    const license = Array.isArray(tags)
      ? tags.find((tag) => typeof tag === "string" && tag.startsWith("license:"))?.slice(8)
      : undefined;
    found.push({
      name: id,
      ...typeof downloads === "number" && { downloads },
      ...license !== undefined && { license },
    });
  }
  return found.slice(0, limit);
}
