/**
 * Embeds the scripts and the style of the server's page, so that they load wherever the program does.
 *
 *     deno task build:page
 *
 * Bundles what runs in browsers with Deno, and writes it into apps/server/page as modules: what the page always
 * needs as text, what only those need who translate in the browser as gzip in base64.
 */
import { bundleEntry } from "./bundle_entry.ts";

const SERVER = new URL("../../apps/server/", import.meta.url);
const PAGE = new URL("page/", SERVER);

/** A module to write: its name, and how to make what stands in it. */
interface EmbeddedFile {
  readonly name: string;
  /** Of what it is made, for people. */
  readonly of: string;
  make(): Promise<Record<string, string | Record<string, string>>>;
}

/** The modules that hold the page's files. */
export const embeddedFiles: readonly EmbeddedFile[] = [
  {
    name: "_page_files.ts",
    of: "page_client/ and page.css",
    make: async () => ({
      SCRIPT: onlyFile(await bundleEntry(new URL("page_client/main.ts", SERVER))),
      STYLE: (await Deno.readTextFile(new URL("page.css", PAGE))).trim(),
    }),
  },
  {
    name: "_service_worker_file.ts",
    of: "browser/service_worker.ts",
    make: async () => ({
      SERVICE_WORKER: onlyFile(await bundleEntry(new URL("browser/service_worker.ts", SERVER))),
    }),
  },
  {
    name: "_worker_files.ts",
    of: "browser/worker.ts and all that it imports, the engine among it",
    make: async () => ({ WORKER_FILES: await packed("browser/worker.ts") }),
  },
];

/** Source of a module that holds files. */
export async function embedded({ of, make }: EmbeddedFile): Promise<string> {
  return [
    `// Made by deno task build:page of ${of}; change those instead.`,
    "// deno-fmt-ignore-file",
    ...Object.entries(await make()).map(([name, value]) =>
      typeof value === "string"
        ? `export const ${name}: string = ${JSON.stringify(value)};`
        : `export const ${name}: Readonly<Record<string, string>> = ${
          JSON.stringify(value, null, 1)
        };`
    ),
    "",
  ].join("\n");
}

function onlyFile(files: ReadonlyMap<string, string>): string {
  const [text, ...others] = files.values();
  if (others.length > 0) {
    throw new Error(`Cannot embed ${[...files.keys()]}: it has to be one file`);
  }
  return text;
}

/** Files of a bundle as gzip in base64, by name. */
async function packed(entry: string): Promise<Record<string, string>> {
  const files = await bundleEntry(new URL(entry, SERVER));
  const all: Record<string, string> = {};
  for (const [name, text] of files) {
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
    all[name] = new Uint8Array(await new Response(stream).arrayBuffer()).toBase64();
  }
  return all;
}

if (import.meta.main) {
  for (const file of embeddedFiles) {
    const path = new URL(file.name, PAGE);
    await Deno.writeTextFile(path, await embedded(file));
    console.log(`${file.name}: ${(await Deno.stat(path)).size} bytes`);
  }
}
