import type { Language } from "../languages.ts";
import type { Pair } from "../pair.ts";
import type { Source } from "../source.ts";
import { readBlocks } from "../text/blocks.ts";
import { decodeDocument, documentPairs } from "../text/document_pairs.ts";
import type { Workspace } from "../workspace.ts";

/** Books and manuals in HTML, of Debian and of others. */
export const manuals: Source = {
  name: "manuals",
  title: "books and manuals in HTML",
  pairs: readManuals,
};

/** Where the pages of a manual are, in English and in translation. */
export interface Manual {
  /** Package with the English pages. */
  readonly english: string;
  /** Their paths; `*` stands for a page, `**` for one in a folder. */
  readonly englishPages: string;
  /** Package with the translation, a template. */
  readonly translated: string;
  /** Paths of its pages, a template with the same star. */
  readonly translatedPages: string;
}

/** In templates `{suffix}` is such as `pt-br`, `{region}` such as `de-DE`, `{code}` such as `pt_BR`. */
const MANUALS: readonly Manual[] = [
  manual("debian-handbook", "usr/share/doc/debian-handbook/html/en-US/*.html", {
    pages: "usr/share/doc/debian-handbook/html/{region}/*.html",
  }),
  manual("installation-guide-amd64", "usr/share/doc/installation-guide-amd64/en/*.html", {
    pages: "usr/share/doc/installation-guide-amd64/{suffix}/*.html",
  }),
  manual("debian-reference-en", "usr/share/debian-reference/*.en.html", {
    name: "debian-reference-{suffix}",
    pages: "usr/share/debian-reference/*.{suffix}.html",
  }),
  manual("developers-reference", "usr/share/developers-reference/*.html", {
    name: "developers-reference-{suffix}",
    pages: "usr/share/developers-reference/{suffix}/*.html",
  }),
  manual("maint-guide", "usr/share/doc/maint-guide/html/*.en.html", {
    name: "maint-guide-{suffix}",
    pages: "usr/share/doc/maint-guide-{suffix}/html/*.{suffix}.html",
  }),
  manual("debian-faq", "usr/share/doc/debian/FAQ/*.en.html", {
    name: "debian-faq-{suffix}",
    pages: "usr/share/doc/debian/FAQ/{suffix}/*.{suffix}.html",
  }),
  manual("debian-edu-doc-en", "usr/share/doc/debian-edu-doc-en/*.html", {
    name: "debian-edu-doc-{suffix}",
    pages: "usr/share/doc/debian-edu-doc-{suffix}/*.html",
  }),
  manual("aptitude-doc-en", "usr/share/doc/aptitude/html/en/*.html", {
    name: "aptitude-doc-{suffix}",
    pages: "usr/share/doc/aptitude/html/{suffix}/*.html",
  }),
  manual("debmake-doc", "usr/share/doc/debmake-doc/html/*.en.html", {
    pages: "usr/share/doc/debmake-doc/html/*.{suffix}.html",
  }),
  manual("freedombox-doc-en", "usr/share/freedombox/manual/en/*.html", {
    name: "freedombox-doc-{suffix}",
    pages: "usr/share/freedombox/manual/{suffix}/*.html",
  }),
  manual("debian-history", "usr/share/doc/debian-history/docs/*.en.html", {
    pages: "usr/share/doc/debian-history/docs/*.{suffix}.html",
  }),
  manual("harden-doc", "usr/share/doc/harden-doc/html/en-US/*.html", {
    pages: "usr/share/doc/harden-doc/html/{region}/*.html",
  }),
  manual("lilypond-doc-html", "usr/share/doc/lilypond/html/Documentation/**.html", {
    name: "lilypond-doc-html-{suffix}",
    pages: "usr/share/doc/lilypond/html/Documentation/**.{suffix}.html",
  }),
  manual("apache2-doc", "usr/share/doc/apache2-doc/manual/en/**.html", {
    pages: "usr/share/doc/apache2-doc/manual/{suffix}/**.html",
  }),
  manual("kicad-doc-en", "usr/share/doc/kicad/help/en/*.html", {
    name: "kicad-doc-{suffix}",
    pages: "usr/share/doc/kicad/help/{suffix}/*.html",
  }),
  manual("gimp-help-en", "usr/share/gimp/2.0/help/en/*.html", {
    name: "gimp-help-{suffix}",
    pages: "usr/share/gimp/2.0/help/{code}/*.html",
  }),
];

function manual(
  english: string,
  englishPages: string,
  { name = english, pages }: { name?: string; pages: string },
): Manual {
  return { english, englishPages, translated: name, translatedPages: pages };
}

/** Classes and identifiers of what surrounds the text: navigation, contents, footers. */
const SURROUNDINGS = new Set(
  ("navheader navfooter toc toc-title list-of-tables list-of-figures sphinxsidebar related footer " +
    "navigation docnav banner toplang bottomlang menu path page-header comments_section quickview " +
    "seealso categorymenu up header headerlink nav_table tocframe programlisting screen smallexample")
    .split(
      " ",
    ),
);

async function* readManuals(workspace: Workspace): AsyncGenerator<Pair> {
  const packages = await workspace.archive.packages();
  const available = MANUALS.map((manual) => localManual(manual, workspace.language))
    .filter(({ english, translated }) => packages.has(english) && packages.has(translated));
  for (const manual of workspace.limit(available)) {
    const english = new Map<string, Uint8Array>();
    const translated = new Map<string, Uint8Array>();
    const isPage = (path: string) =>
      pageOf(path, manual.englishPages) !== undefined ||
      pageOf(path, manual.translatedPages) !== undefined;
    const names = [...new Set([manual.english, manual.translated])];
    for await (const { info, files } of workspace.open(names, isPage)) {
      for (const [path, bytes] of files) {
        const original = pageOf(path, manual.englishPages);
        if (original !== undefined && info.name === manual.english) english.set(original, bytes);
        const translation = pageOf(path, manual.translatedPages);
        if (translation !== undefined && info.name === manual.translated) {
          translated.set(translation, bytes);
        }
      }
    }
    for (const [page, bytes] of english) {
      const translation = translated.get(page);
      if (translation === undefined) continue;
      const document = `${manual.translated}/${page}`;
      for (const message of documentPairs(read(bytes), read(translation), workspace.language)) {
        yield { ...message, document };
      }
    }
  }
}

function read(bytes: Uint8Array) {
  return readBlocks(decodeDocument(bytes), { format: "html", hidden: SURROUNDINGS });
}

/**
 * Fills the templates of a manual for a language.
 *
 * @param manual The manual.
 * @param language The language.
 * @returns The manual with the names that it has in this language.
 */
export function localManual(manual: Manual, language: Language): Manual {
  const fill = (template: string) =>
    template.replaceAll("{suffix}", language.packageSuffix)
      .replaceAll("{region}", language.region)
      .replaceAll("{code}", language.code);
  return {
    ...manual,
    translated: fill(manual.translated),
    translatedPages: fill(manual.translatedPages),
  };
}

/**
 * Finds the part of a path that a star stands for.
 *
 * @param path The path.
 * @param pages Pattern with one `*` or `**`.
 * @returns The page; undefined when the path does not fit.
 */
export function pageOf(path: string, pages: string): string | undefined {
  const [before, after] = pages.split(/\*+/);
  if (!path.startsWith(before) || !path.endsWith(after)) return undefined;
  const page = path.slice(before.length, path.length - after.length);
  const inFolder = page.includes("/") && !pages.includes("**");
  return page === "" || inFolder ? undefined : page;
}
