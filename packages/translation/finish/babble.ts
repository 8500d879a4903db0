/** What {@linkcode looksBroken} compares. */
export interface Rendering {
  /** What the model read. */
  readonly source: string;
  /** What it wrote. */
  readonly output: string;
  /** Language of the output as a BCP 47 tag, if it is known. */
  readonly target?: string;
}

/** Characters that an output may have whatever the length of its source. */
const freeLength = 40;
/**
 * Characters for each one of the source above which an output is out of proportion. Of 11,996 human translations
 * between English and German of more than 40 characters the longest has 2.19, the shortest 0.45: scripts/bench/babble.ts.
 */
const mostRatio = 2.5;
/** And below which, of sources of some length, something is missing. */
const leastRatio = 0.3;
/** Words from which on an output like its source is a copy, and not a name. */
const copiedWords = 5;

/**
 * Whether what a model wrote is no translation: empty, repetitive, out of proportion, in a script that does not
 * belong there, or the source again.
 *
 * @param rendering A sentence and what became of it.
 * @returns Whether it should be tried again.
 */
export function looksBroken({ source, output, target }: Rendering): boolean {
  if (output.trim() === "") return true;
  if (output.length > mostRatio * source.length + freeLength) return true;
  const isShort = output.length < leastRatio * source.length && source.length > freeLength;
  if (isShort && hasSpaces(output)) return true;
  if (output.includes("\ufffd") && !source.includes("\ufffd")) return true;
  return repeats(output) > Math.max(2, repeats(source)) || isCopy(source, output) ||
    hasStrangeScript({ source, output, target });
}

/** Whether a text's words have spaces between them; a character of other scripts says more. */
function hasSpaces(text: string): boolean {
  return !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Hangul}\p{Script=Thai}]/u.test(text);
}

/** How often in a row the same words, or the same letters within a word, come at most. */
function repeats(text: string): number {
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  let most = 1;
  for (let period = 1; period <= 6 && period * 2 <= words.length; period++) {
    let run = 0;
    for (let i = period; i < words.length; i++) {
      run = words[i] === words[i - period] ? run + 1 : 0;
      most = Math.max(most, 1 + Math.floor(run / period));
    }
  }
  // "aaaaa" and "lalalala" within a word.
  for (const word of words) {
    const again = /(\p{L}{1,4}?)\1{3,}/u.exec(word);
    if (again) most = Math.max(most, Math.floor(again[0].length / again[1].length) - 1);
  }
  return most;
}

function isCopy(source: string, output: string): boolean {
  const words = (text: string) => text.toLowerCase().match(/\p{L}{2,}/gu) ?? [];
  const [before, after] = [words(source), words(output)];
  return before.length >= copiedWords && before.join(" ") === after.join(" ");
}

/** Scripts that a model could lapse into. */
const scripts = [
  ...["Latin", "Cyrillic", "Greek", "Han", "Hiragana", "Katakana", "Hangul", "Arabic", "Hebrew"],
  ...["Thai", "Devanagari", "Bengali", "Tamil", "Georgian", "Armenian", "Ethiopic"],
].map((name) => ({ name, pattern: new RegExp(String.raw`\p{Script=${name}}`, "u") }));
const latinOnly = /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]*$/u;

/** Whether the output has letters of a script that is neither the source's nor the target language's. */
function hasStrangeScript({ source, output, target }: Rendering): boolean {
  if (latinOnly.test(output)) return false; // names and terms are in Latin script in every language
  const own = scriptsOf(target);
  // Of a language that is not known, every script may be the right one.
  if (own === undefined) return false;
  return scripts.some(({ name, pattern }) =>
    !own.includes(name) && name !== "Latin" && pattern.test(output) && !pattern.test(source)
  );
}

function scriptsOf(language: string | undefined): string[] | undefined {
  if (language === undefined) return undefined;
  try {
    const { script } = new Intl.Locale(language.replaceAll("_", "-")).maximize();
    const names: Record<string, string[]> = {
      ...{ Latn: ["Latin"], Cyrl: ["Cyrillic"], Grek: ["Greek"], Arab: ["Arabic"] },
      ...{ Hebr: ["Hebrew"], Hans: ["Han"], Hant: ["Han"], Jpan: ["Han", "Hiragana", "Katakana"] },
      ...{ Kore: ["Hangul", "Han"], Thai: ["Thai"], Deva: ["Devanagari"], Beng: ["Bengali"] },
      ...{ Taml: ["Tamil"], Geor: ["Georgian"], Armn: ["Armenian"], Ethi: ["Ethiopic"] },
    };
    return names[script ?? ""];
  } catch {
    return undefined;
  }
}
