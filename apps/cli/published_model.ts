import type { CachedModel, HubOptions, PublishedModel } from "@heed/checkpoint/hub";
import { formatBytes } from "./bytes.ts";
import { UsageError } from "./failure.ts";
import { startFetchProgress } from "./fetch_progress.ts";
import type { Host } from "./host.ts";

/** What may be done with a published model. */
export interface PublishedModelOptions {
  /** Fetches it without asking. */
  readonly yes?: boolean;
  /** Whether something is to be written into its folder, which is refused. */
  readonly write?: boolean;
}

/** The published model that a text names; undefined where it cannot be one. */
export async function hubNameOf(text: string): Promise<string | undefined> {
  const { isModelName, parseModelName } = await import("@heed/checkpoint/hub");
  return isModelName(text) ? parseModelName(text).id : undefined;
}

/** Where the hub keeps models, and where it looks for them, as the environment says. */
export function hubOptions(
  host: Host,
): Pick<HubOptions, "cacheDirectory" | "environment" | "signal" | "onWait"> {
  return {
    cacheDirectory: host.environment("HEED_CACHE_DIR"),
    environment: (name) => host.environment(name),
    signal: host.signal,
    onWait: (owner) => host.writeError(`heed: ${owner} fetches this model; waiting for it\n`),
  };
}

/** Fetches a published model, and shows how far that is. */
export async function pullPublished(
  name: string,
  host: Host,
  options: Pick<HubOptions, "registry"> & { readonly revision?: string } = {},
): Promise<CachedModel> {
  const { pullModel } = await import("@heed/checkpoint/hub");
  using progress = startFetchProgress(host);
  return await pullModel(name, {
    ...hubOptions(host),
    ...options,
    onProgress: progress.update,
  });
}

/** Finds the folder of a published model, and fetches it where somebody agrees. */
export async function publishedModel(
  name: string,
  host: Host,
  { yes = false, write = false }: PublishedModelOptions = {},
): Promise<string> {
  if (write) {
    throw new UsageError(
      `Cannot write into ${name}: it is checked against what was published; make a copy with ` +
        `heed models convert ${name} --dtype fp32 --output DIR, and name that`,
    );
  }
  const { describeModel, findModel } = await import("@heed/checkpoint/hub");
  const found = await findModel(name, hubOptions(host));
  if (found !== undefined) return found.directory;
  if (!yes) {
    if (!host.stdinIsTerminal || !host.stderrIsTerminal) {
      throw new UsageError(
        `Cannot load a model from ${name}: there is no such folder, and no published model of this ` +
          `name in the cache; add --yes to fetch it, or run heed models pull ${name}`,
      );
    }
    const model = await describeModel(name, hubOptions(host));
    const answer = await host.ask(`${described(model)}. Fetch it? [y/N] `);
    if (!/^y(?:es)?$/i.test(answer)) {
      throw new UsageError(`Cannot load a model from ${name}: it is not fetched`);
    }
  }
  return (await pullPublished(name, host)).directory;
}

/** What somebody who is asked wants to know. */
function described({ name, source, license, files }: PublishedModel): string {
  const bytes = files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const size = bytes === 0 ? "" : `, ${formatBytes(bytes)}`;
  const { host } = new URL(source);
  return `${name} is not in the cache: ${files.length} files${size} from ${host}${
    license === undefined ? "" : `, licence ${license}`
  }`;
}
