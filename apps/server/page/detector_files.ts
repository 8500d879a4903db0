/** Modules of the package that tells languages apart, in the folder of the first one's parent. */
const modules = [
  "entries/static.medium.js",
  "languageDetector.js",
  "languageData.js",
  "avgScore.js",
  "regexPatterns.js",
  "dictionary.js",
  "isoLanguages.js",
  "LanguageResult.js",
  "saveLanguageSubset.dev.js",
  "ngrams/medium.js",
];

/** What a browser needs to tell languages apart, as the package has it: names below `/browser/`, and where they are. */
export const detectorFiles: ReadonlyMap<string, URL> = new Map(
  modules.map((path) => [
    `eld/${path}`,
    new URL(`../${path}`, import.meta.resolve("eld/medium")),
  ]),
);
