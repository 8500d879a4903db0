import type { FetchProgress } from "@heed/checkpoint/hub";
import { formatBytes } from "./bytes.ts";
import type { Host } from "./host.ts";
import { type Progress, startProgress } from "./progress.ts";

/** Shows how far fetching a model is, from the first byte on. */
export function startFetchProgress(
  host: Host,
): Disposable & { readonly update: (progress: FetchProgress) => void } {
  let starting: Promise<void> | undefined;
  let bar: Progress | undefined;
  let isOver = false;
  return {
    update({ path, fetchedBytes, totalBytes }) {
      starting ??= startProgress(host, { total: totalBytes, unit: "bytes" }).then((started) => {
        if (isOver) started[Symbol.dispose]();
        else bar = started;
      });
      bar?.update(
        fetchedBytes,
        `${path} ${formatBytes(fetchedBytes)} of ${formatBytes(totalBytes)}`,
      );
    },
    [Symbol.dispose]() {
      isOver = true;
      bar?.[Symbol.dispose]();
    },
  };
}
