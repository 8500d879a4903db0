import type { SharedModel } from "../page/shared_models.ts";

/** Name of the browser's store of model files. */
export const MODEL_CACHE = "heed-models";

/**
 * Fetches the files of a model into the browser's store, where the service worker finds them without a network.
 *
 * @param files The files, those that are there already among them.
 * @param options Their folder, and whom to tell of the progress in bytes.
 */
export async function keepFiles(
  files: SharedModel["files"],
  { folder, onProgress }: {
    folder: URL;
    onProgress: (done: number, total: number) => void;
  },
): Promise<void> {
  // Only pages by https, or of this machine, have a store; elsewhere the browser's cache of answers has to do.
  if (!("caches" in globalThis)) return;
  const cache = await caches.open(MODEL_CACHE);
  const missing = [];
  for (const file of files) {
    if (!await cache.match(new URL(file.path, folder))) missing.push(file);
  }
  const total = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const { path, bytes } of missing) {
    const url = new URL(path, folder);
    const answer = await fetch(url);
    if (!answer.ok || !answer.body) {
      throw new Error(`Cannot fetch ${path}: the server answered ${answer.status}`);
    }
    let length = 0;
    const counted = answer.body.pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform(piece, controller) {
          length += piece.length;
          onProgress(done += piece.length, total);
          controller.enqueue(piece);
        },
        flush() {
          if (length !== bytes) {
            throw new Error(`Cannot keep ${path}: it has ${length} bytes, not ${bytes}`);
          }
        },
      }),
    );
    await cache.put(url, new Response(counted, { headers: answer.headers }));
  }
}
