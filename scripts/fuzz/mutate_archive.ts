import { zipSync } from "fflate";
// Private; fflate's own reader believes the number of files that a damaged archive says.
import { ZipArchive } from "../../packages/documents/container/zip_archive.ts";
import { mutateBytes } from "./mutate_bytes.ts";
import { mutateMarkup } from "./mutate_markup.ts";
import type { Random } from "./random.ts";

/** Names that a file in an archive must not have, and those of others. */
const NAMES = [
  "../a.xml",
  "/etc/passwd",
  "a\\b",
  "C:x",
  "",
  "word/document.xml",
  "content.xml",
  "x".repeat(300),
];

/**
 * Changes an archive by its files: the XML of one, mostly, else its name, or whether it is there. The archive is whole
 * again then, so that readers get to its contents.
 */
export function mutateArchive(bytes: Uint8Array, random: Random): Uint8Array {
  let files: [name: string, content: Uint8Array][];
  try {
    const archive = new ZipArchive(bytes);
    files = archive.names.map((name) => [name, archive.read(name)]);
  } catch {
    return mutateBytes(bytes, random); // an earlier change broke it
  }
  if (files.length === 0) return mutateBytes(bytes, random);
  const at = random.below(files.length), [name, content] = files[at];
  switch (random.below(12)) {
    case 0:
      files.splice(at, 1);
      break;
    case 1:
      files[at] = [random.of(NAMES), content];
      break;
    case 2:
      files[at] = [name, mutateBytes(content, random)];
      break;
    default: {
      const text = mutateMarkup(new TextDecoder().decode(content), random);
      files[at] = [name, new TextEncoder().encode(text)];
    }
  }
  return zipSync(Object.fromEntries(files), { level: 1, mtime: new Date(2026, 0, 1) });
}
