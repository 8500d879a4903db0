import { unzipSync, zipSync } from "fflate";
import type { DocumentFormat } from "@heed/documents";
import { CATALOG, MARKDOWN, MESSAGES, PAGE, SRT, VTT, XLIFF, XLIFF_2 } from "./document_files.ts";
import { assertNothingLost } from "./lost_text.ts";
import type { Structure } from "./mutate.ts";
import type { Target } from "./targets.ts";

/** The formats of `@heed/documents`. A document is taken, and nothing of it is lost, or it is clearly refused. */
export const documentTargets: readonly Target[] = [
  text("txt", "lines", [`${MARKDOWN}\r\n\u2028x\ttwo. Three.`]),
  text("md", "lines", [MARKDOWN]),
  text("html", "markup", [PAGE]),
  text("srt", "lines", [SRT]),
  text("vtt", "lines", [VTT]),
  text("po", "lines", [CATALOG]),
  text("xliff", "markup", [XLIFF, XLIFF_2]),
  text("json", "json", [JSON.stringify(MESSAGES), JSON.stringify(MESSAGES, null, 2)]),
  archive("docx", "garden.docx", /Content_Types|document\.xml$|header1|footer1|footnotes/),
  archive("pptx", "summer.pptx", /Content_Types|slide1\.xml$|notesSlide1|presentation\.xml$/),
  archive("odt", "harbour.odt", /./),
  archive("epub", "island.epub", /./),
];

function text(format: DocumentFormat, structure: Structure, files: readonly string[]): Target {
  return {
    ...{ name: format, structure, file: `file.${format}` },
    inputs: files.map((file) => (path: string) => Deno.writeTextFile(path, file)),
    read: (path) => readDocument(path, format),
  };
}

/** A document of `testdata` with the files that matter, so that mutations change those. */
function archive(format: DocumentFormat, name: string, matters: RegExp): Target {
  return {
    ...{ name: format, structure: "archive", file: `file.${format}` },
    inputs: [async (path) => {
      const url = new URL(`../../testdata/documents/${name}`, import.meta.url);
      const files = unzipSync(await Deno.readFile(url), {
        filter: ({ name }) => matters.test(name),
      });
      await Deno.writeFile(path, zipSync(files, { mtime: new Date(2026, 0, 1) }));
    }],
    read: (path) => readDocument(path, format),
  };
}

async function readDocument(path: string, format: DocumentFormat): Promise<void> {
  await assertNothingLost(await Deno.readFile(path), format);
}
