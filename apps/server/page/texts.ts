/** What the page says, in one language. */
export interface PageTexts {
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly detect: string;
  readonly swap: string;
  readonly copy: string;
  readonly copied: string;
  readonly clear: string;
  readonly input: string;
  readonly output: string;
  readonly alternatives: string;
  readonly request: string;
  readonly failed: string;
  readonly working: string;
  readonly hint: string;
  readonly characters: string;
}

/** The languages that the page speaks; the first is the one for everybody else. */
export const pageTexts: Readonly<Record<string, PageTexts>> = {
  "en": {
    title: "Translate",
    from: "From",
    to: "To",
    detect: "Detect language",
    swap: "Swap languages",
    copy: "Copy",
    copied: "Copied",
    clear: "Clear",
    input: "Text to translate",
    output: "Translation",
    alternatives: "Alternatives",
    request: "Request and response",
    failed: "That did not work",
    working: "Translating …",
    hint: "Point at a word to see where it comes from.",
    characters: "characters",
  },
  "de": {
    title: "Übersetzen",
    from: "Von",
    to: "Nach",
    detect: "Sprache erkennen",
    swap: "Sprachen tauschen",
    copy: "Kopieren",
    copied: "Kopiert",
    clear: "Leeren",
    input: "Text",
    output: "Übersetzung",
    alternatives: "Andere Übersetzungen",
    request: "Anfrage und Antwort",
    failed: "Das ging nicht",
    working: "Wird übersetzt …",
    hint: "Zeigen Sie auf ein Wort, um zu sehen, woher es kommt.",
    characters: "Zeichen",
  },
  "zh-TW": {
    title: "翻譯",
    from: "來源語言",
    to: "目標語言",
    detect: "偵測語言",
    swap: "交換語言",
    copy: "複製",
    copied: "已複製",
    clear: "清除",
    input: "要翻譯的文字",
    output: "譯文",
    alternatives: "其他譯法",
    request: "請求與回應",
    failed: "無法翻譯",
    working: "翻譯中…",
    hint: "將游標移到字詞上，即可查看其來源。",
    characters: "個字元",
  },
};

/** The language of the page for what a browser accepts (`de-AT,de;q=0.9,en`). */
export function pageLanguage(accepted: string | undefined): string {
  for (const part of (accepted ?? "").split(",")) {
    const tag = part.split(";")[0].trim().toLowerCase();
    if (/^zh-(?:tw|hk|mo|hant)/.test(tag)) return "zh-TW";
    const language = tag.split("-")[0];
    if (language !== "zh" && Object.hasOwn(pageTexts, language)) return language;
  }
  return "en";
}
