/** @jsxImportSource hono/jsx */
/** @jsxRuntime automatic */
import { raw } from "hono/html";
import { languageName } from "../languages.ts";
import type { OfferedLanguage } from "../languages.ts";
import { pageLanguages, pageTexts } from "./texts.ts";

/** What the page is drawn from. */
export interface PageProps {
  /** Language that the page speaks. */
  readonly locale: string;
  /** Languages on offer. */
  readonly languages: readonly OfferedLanguage[];
  /** Most characters of a text; -1 for no limit. */
  readonly charLimit: number;
  /** Most alternatives of a text; -1 for no limit. */
  readonly alternativesLimit: number;
  /** Milliseconds that the page waits after the last key. */
  readonly frontendTimeout: number;
}

/** The page: two panes, and what belongs to them. */
export function Page(props: PageProps) {
  const { locale, languages, charLimit } = props;
  const texts = pageTexts[locale];
  const sources = languages.filter(({ targets }) => targets.length > 0);
  const targets = languages.filter(({ code }) =>
    languages.some(({ targets }) => targets.includes(code))
  );
  const options = (offered: readonly OfferedLanguage[]) =>
    offered.map(({ code }) => <option key={code} value={code}>{languageName(code, locale)}
    </option>);
  const data = JSON.stringify({ ...props, texts }).replaceAll("<", "\\u003c");
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${texts.title} – Heed`}</title>
        <link rel="stylesheet" href="page.css" />
        <link rel="icon" href="data:," />
        <script type="application/json" id="data">{raw(data)}</script>
        <script type="module" src="page.js"></script>
      </head>
      <body>
        <header>
          <h1>Heed</h1>
          <p id="where"></p>
          <label hidden>
            {texts.key} <input type="password" id="key" autocomplete="off" />
          </label>
          <button type="button" id="local" aria-pressed="false">{texts.local}</button>
          <button type="button" id="theme">{texts.colours}</button>
        </header>
        <p id="status" role="status"></p>
        <main>
          <section aria-label={texts.input}>
            <div class="bar">
              <label>
                <span>{texts.from}</span>
                <select id="source">
                  <option value="auto">{texts.detect}</option>
                  {options(sources)}
                </select>
              </label>
              <button type="button" id="swap" aria-label={texts.swap} title={texts.swap}>⇄</button>
              <button type="button" id="clear">{texts.clear}</button>
            </div>
            <div class="field">
              <div id="marks" aria-hidden="true"></div>
              <textarea
                id="input"
                aria-label={texts.input}
                spellcheck
                autofocus
                dir="auto"
                maxlength={charLimit < 0 ? undefined : charLimit}
              >
              </textarea>
            </div>
            <p class="small" id="count"></p>
          </section>
          <section aria-label={texts.output}>
            <div class="bar">
              <label>
                <span>{texts.to}</span>
                <select id="target">{options(targets)}</select>
              </label>
              <button type="button" id="copy">{texts.copy}</button>
            </div>
            <div id="output" class="field" role="group" aria-label={texts.output}></div>
            <p id="spoken" class="hidden" aria-live="polite"></p>
            <p class="small">{texts.hint}</p>
          </section>
        </main>
        <details id="alternatives" hidden>
          <summary>{texts.alternatives}</summary>
          <ul></ul>
        </details>
        <details id="attention" hidden>
          <summary>{texts.attention}</summary>
          <p hidden>
            <label for="sentence">{texts.sentence}</label> <select id="sentence"></select>
          </p>
          <p class="small">{texts.attentionHint}</p>
          <div class="wide" tabindex={0} role="region" aria-label={texts.attention}>
            <table id="heat" aria-label={texts.attention}></table>
          </div>
        </details>
        <details id="files" hidden>
          <summary>{texts.files}</summary>
          <div class="bar">
            <label>
              <span>{texts.file}</span>
              <input type="file" id="file" />
            </label>
            <button type="button" id="send">{texts.send}</button>
          </div>
          <progress id="progress" aria-label={texts.progress} hidden></progress>
          <a id="result" download="" hidden></a>
        </details>
        <details id="exchange">
          <summary>{texts.request}</summary>
          <pre id="request" tabindex={0}></pre>
          <pre id="response" tabindex={0}></pre>
        </details>
        <nav aria-label={texts.pageLanguage}>
          {Object.entries(pageLanguages).map(([code, name]) => (
            <a
              key={code}
              href={`?lang=${code}`}
              lang={code}
              aria-current={code === locale ? "true" : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
        <div id="choices" popover="auto"></div>
      </body>
    </html>
  );
}
