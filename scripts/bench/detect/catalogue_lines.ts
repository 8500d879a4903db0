import { readCatalog } from "../../corpus/debian/mo.ts";

/** The languages that are measured, and what Debian's catalogues call them. */
const folders: Readonly<Record<string, string>> = {
  ...{ de: "de", fr: "fr", es: "es", it: "it", pt: "pt_BR", ru: "ru", ja: "ja", zh: "zh_CN" },
};
/** Programs with texts in all of them. */
const packages = ["kdeconnect", "gnome-weather", "totem-common", "file-roller", "deja-dup"];

/** A text and its language. */
export interface LabelledText {
  readonly language: string;
  readonly text: string;
}

/**
 * Draws short texts of nine languages from what programs of Debian say.
 *
 * @param each How many of each language.
 * @param cache Where packages are kept.
 * @returns The texts. Each is drawn once, from all over the catalogues.
 */
export async function catalogueLines(each: number, cache: string): Promise<LabelledText[]> {
  await Deno.mkdir(cache, { recursive: true });
  const byLanguage = new Map<string, Set<string>>([["en", new Set()]]);
  for (const name of packages) {
    const folder = `${cache}/${name}`;
    await unpack(name, folder);
    for (const [language, own] of Object.entries(folders)) {
      const texts = byLanguage.get(language) ?? new Set();
      byLanguage.set(language, texts);
      for await (const path of catalogues(`${folder}/usr/share/locale/${own}/LC_MESSAGES`)) {
        for (const { english, translation } of readCatalog(await Deno.readFile(path))) {
          if (translation === english || !isShortText(translation, language)) continue;
          texts.add(translation);
          if (isShortText(english, "en")) byLanguage.get("en")!.add(english);
        }
      }
    }
  }
  return [...byLanguage].flatMap(([language, texts]) => {
    const all = [...texts].sort();
    const step = all.length / each;
    if (step < 1) {
      throw new Error(`Cannot draw ${each} texts of ${language}: there are ${all.length}`);
    }
    return Array.from({ length: each }, (_, i) => ({ language, text: all[Math.floor(i * step)] }));
  });
}

/** Of 3 to 12 words, or 6 to 30 characters where they are not divided; without placeholders and markup. */
function isShortText(text: string, language: string): boolean {
  if (/[%{<_&\n\t|@/\\]|\d\d/.test(text)) return false;
  if (language === "ja") return /[\p{sc=Hiragana}\p{sc=Katakana}]/u.test(text) && isSpan(text);
  if (language === "zh") return isSpan(text);
  const words = text.match(/\p{L}+/gu) ?? [];
  return words.length >= 3 && words.length <= 12;
}

const isSpan = (text: string) => text.length >= 6 && text.length <= 30 && !/[a-z]{3}/i.test(text);

async function unpack(name: string, folder: string): Promise<void> {
  if (await Deno.stat(folder).catch(() => undefined)) return;
  const download = await Deno.makeTempDir();
  await run("apt-get", ["download", name], download);
  const [{ name: file }] = await Array.fromAsync(Deno.readDir(download));
  await run("dpkg-deb", ["-x", `${download}/${file}`, folder], ".");
  await Deno.remove(download, { recursive: true });
}

async function run(program: string, args: string[], cwd: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, cwd }).output();
  if (success) return;
  throw new Error(`Cannot run ${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

async function* catalogues(folder: string): AsyncGenerator<string> {
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (name.endsWith(".mo")) yield `${folder}/${name}`;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
