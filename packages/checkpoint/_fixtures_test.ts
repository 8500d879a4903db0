import { files } from "./files.ts";
import { joinPath } from "./join_path.ts";

/** Folder of the files that Python made. */
export const GOLDEN = new URL("../../testdata/checkpoint/", import.meta.url);

/** Runs a test with a folder of its own, and removes the folder. */
export function withFolder(test: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = await Deno.makeTempDir({ prefix: "heed-checkpoint-" });
    try {
      await test(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
}

/** Bytes of a safetensors file with any header, right or wrong, and so much data. */
export function rawSafetensors(header: string, dataBytes = 0, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.byteLength + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.byteLength), true);
  bytes.set(text, 8);
  return bytes;
}

/** Writes a test's file and gives its path. */
export async function place(folder: string, name: string, content: Uint8Array | string) {
  const path = joinPath(folder, name);
  await (typeof content === "string"
    ? Deno.writeTextFile(path, content)
    : Deno.writeFile(path, content));
  return path;
}

/**
 * Runs an action and counts the files that it leaves open; Deno's own check does not see files that
 * are opened through Node's modules.
 */
export async function leftOpen(action: () => Promise<unknown>): Promise<number> {
  const { open } = files;
  let count = 0;
  files.open = async (path) => {
    const { size, read, close } = await open(path);
    count++;
    let closed = false;
    return {
      size,
      read,
      close: async () => {
        if (!closed) count--;
        closed = true;
        await close();
      },
    };
  };
  try {
    await action();
  } finally {
    files.open = open;
  }
  return count;
}
