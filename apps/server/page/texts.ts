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
  readonly onServer: string;
  readonly inBrowser: string;
  readonly offline: string;
  readonly threads: string;
  readonly local: string;
  readonly loading: string;
  readonly workerFailed: string;
  readonly noRequest: string;
  readonly otherWords: string;
  readonly noOtherWords: string;
  readonly attention: string;
  readonly attentionHint: string;
  readonly sentence: string;
  readonly end: string;
  readonly files: string;
  readonly file: string;
  readonly send: string;
  readonly uploading: string;
  readonly download: string;
  readonly fileDone: string;
  readonly noServer: string;
  readonly progress: string;
  readonly colours: string;
  readonly auto: string;
  readonly light: string;
  readonly dark: string;
  readonly pageLanguage: string;
  readonly key: string;
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
    hint: "Point at a word to see where it comes from; choose it for other words.",
    characters: "characters",
    onServer: "On the server",
    inBrowser: "In this browser",
    offline: "also without a network",
    threads: "threads",
    local: "Run in this browser",
    loading: "Loading …",
    workerFailed: "the browser's worker ended",
    noRequest: "In this browser: no request is sent",
    otherWords: "Other words",
    noOtherWords: "No other words",
    attention: "Attention",
    attentionHint:
      "How much each piece of the translation (rows) looks at each piece of the text (columns)",
    sentence: "Sentence",
    end: "end",
    files: "Translate a file",
    file: "File",
    send: "Translate the file",
    uploading: "Sending …",
    download: "Download",
    fileDone: "The file is translated",
    noServer: "the server cannot be reached",
    progress: "Progress",
    colours: "Colours",
    auto: "system",
    light: "light",
    dark: "dark",
    pageLanguage: "Language of this page",
    key: "API key",
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
    hint: "Zeigen Sie auf ein Wort, um zu sehen, woher es kommt; klicken Sie für andere Wörter.",
    characters: "Zeichen",
    onServer: "Auf dem Server",
    inBrowser: "In diesem Browser",
    offline: "auch ohne Netz",
    threads: "Threads",
    local: "In diesem Browser ausführen",
    loading: "Wird geladen …",
    workerFailed: "der Worker des Browsers ist beendet",
    noRequest: "In diesem Browser: Es wird keine Anfrage gesendet",
    otherWords: "Andere Wörter",
    noOtherWords: "Keine anderen Wörter",
    attention: "Aufmerksamkeit",
    attentionHint:
      "Wie sehr jedes Stück der Übersetzung (Zeilen) auf jedes Stück des Textes (Spalten) achtet",
    sentence: "Satz",
    end: "Ende",
    files: "Datei übersetzen",
    file: "Datei",
    send: "Datei übersetzen",
    uploading: "Wird gesendet …",
    download: "Herunterladen",
    fileDone: "Die Datei ist übersetzt",
    noServer: "der Server ist nicht erreichbar",
    progress: "Fortschritt",
    colours: "Farben",
    auto: "System",
    light: "hell",
    dark: "dunkel",
    pageLanguage: "Sprache dieser Seite",
    key: "API-Schlüssel",
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
    hint: "將游標移到字詞上，即可查看其來源；點選即可選擇其他字詞。",
    characters: "個字元",
    onServer: "在伺服器上",
    inBrowser: "在此瀏覽器中",
    offline: "離線也可使用",
    threads: "執行緒",
    local: "在此瀏覽器中執行",
    loading: "載入中…",
    workerFailed: "瀏覽器的工作執行緒已結束",
    noRequest: "在此瀏覽器中：不會傳送請求",
    otherWords: "其他字詞",
    noOtherWords: "沒有其他字詞",
    attention: "注意力",
    attentionHint: "譯文的每個片段（列）對原文每個片段（欄）的注意程度",
    sentence: "句子",
    end: "結尾",
    files: "翻譯檔案",
    file: "檔案",
    send: "翻譯檔案",
    uploading: "傳送中…",
    download: "下載",
    fileDone: "檔案已翻譯完成",
    noServer: "無法連線至伺服器",
    progress: "進度",
    colours: "色彩",
    auto: "系統",
    light: "淺色",
    dark: "深色",
    pageLanguage: "頁面語言",
    key: "API 金鑰",
  },
};

/** What the languages that the page speaks are called in themselves. */
export const pageLanguages: Readonly<Record<string, string>> = {
  "en": "English",
  "de": "Deutsch",
  "zh-TW": "繁體中文",
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
