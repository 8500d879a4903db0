/**
 * Makes a picture of every view of @heed/visualize, light and dark, for 8, 60 and 200 made-up tokens, and of what
 * `heed attention` draws of the shipped model.
 *
 *     deno run --allow-all scripts/visualize/screenshots.ts [FOLDER]
 *
 * Needs Chromium (apt-get install chromium). The default folder is .cache/screenshots.
 */
import { mergeWords } from "@heed/alignment";
import { alignmentSvg, attentionHtml, linesSvg, positionsSvg, type Theme } from "@heed/visualize";
import { plotSvg } from "@heed/visualize/plot";
import { svgToPng } from "@heed/visualize/png";
import { sinusoidalTable } from "@heed/positional";
import { denoHost } from "../../apps/cli/host.ts";
import { run } from "../../apps/cli/program.ts";
import { findChromium, startChromium } from "../../packages/visualize/testing/chromium.ts";
import { madeAttention, madeModel } from "../../packages/visualize/testing/made_attention.ts";

const THEMES: readonly Theme[] = ["light", "dark"];
const VIEWS: readonly (readonly [name: string, hash: string])[] = [
  ["heads-encoder", "view=heads&kind=encoder-self&layer=1"],
  ["heads-decoder", "view=heads&kind=decoder-self&layer=0&heads=1,2"],
  ["heads-cross-token", "view=heads&kind=cross&layer=2&token=q4"],
  ["model", "view=model&kind=decoder-self"],
  ["token", "view=token&kind=cross&token=q6"],
];

const LONG = "If the installation program does not find your network card, you can load a module " +
  "from a removable medium, enter the address of a mirror and continue without restarting the computer.";
/** What the command line is asked to draw. */
const DRAWN: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["words", ["The file could not be opened.", "Die Datei konnte nicht geöffnet werden."]],
  ["tokens", ["The animal didn't cross the street because it was too tired.", "--tokens"]],
  ["long", [LONG]],
  ["head", ["The file could not be opened.", "--layer", "1", "--head", "2"]],
  ["lines", ["The file could not be opened.", "--lines"]],
  ["self", ["The program deletes the file because it is empty.", "--self"]],
  ["scripts", ["The file could not be opened.", "Файл не удалось открыть. שלום"]],
];
const COMMAND_PAGES: readonly (readonly [name: string, hash: string])[] = [
  ["cross", "view=heads&kind=cross&layer=1"],
  ["cross-head", "view=heads&kind=cross&layer=1&heads=2&token=q3"],
  ["decoder", "view=heads&kind=decoder-self&layer=0"],
  ["encoder-model", "view=model&kind=encoder-self"],
  ["encoder-token", "view=token&kind=encoder-self&token=q6"],
];

const host = denoHost();
const folder = Deno.args[0] ?? ".cache/screenshots";
await Deno.mkdir(folder, { recursive: true });

for (const theme of THEMES) {
  for (const tokens of [8, 60, 200]) {
    const [record] = madeAttention({
      kind: "cross",
      queries: tokens,
      keys: tokens,
      layers: 1,
      heads: 1,
    });
    const title = `Cross attention, ${tokens} tokens`;
    await savePicture(`alignment-${tokens}-${theme}`, alignmentSvg(record, { theme, title }));
    if (tokens === 8) continue;
    const words = alignmentSvg(mergeWords(record), { theme, title: "Merged to words" });
    await savePicture(`alignment-${tokens}-words-${theme}`, words);
  }
  const [self] = madeAttention({
    kind: "encoder-self",
    queries: 17,
    keys: 17,
    layers: 1,
    heads: 1,
  });
  await savePicture(`lines-${theme}`, linesSvg(self, { theme, title: "Lines of all tokens" }));
  await savePicture(`lines-one-${theme}`, linesSvg(self, { theme, query: 10, title: "Of one" }));
  const sinusoidal = sinusoidalTable({ maxPositions: 128, hiddenSize: 128 });
  const split = sinusoidalTable({ maxPositions: 128, hiddenSize: 128 }, { layout: "split" });
  const tables = [
    { name: "interleaved", values: sinusoidal, hiddenSize: 128 },
    { name: "split", values: split, hiddenSize: 128 },
  ];
  await savePicture(`positions-${theme}`, positionsSvg(tables, { theme }));
  const lengths = [5, 10, 15, 20, 30, 40, 50];
  const series = ["RNNencdec", "RNNsearch", "Transformer"].map((name, i) => ({
    name,
    points: lengths.map((x) => [x, 25 + 4 * i - x * (0.4 - 0.15 * i)] as const),
  }));
  const axes = { x: { title: "words in the source" }, y: { title: "BLEU", fromZero: true } };
  for (const mark of ["line", "scatter"] as const) {
    const labels = mark === "line" ? "direct" as const : "legend" as const;
    await savePicture(
      `plot-${mark}-${theme}`,
      await plotSvg({ title: "BLEU by source length", ...axes, series, mark, labels, theme }),
    );
  }
}

for (const [name, args] of DRAWN) {
  for (const theme of THEMES) {
    await heed(
      "attention",
      ...args,
      "--theme",
      theme,
      "--out",
      `${folder}/heed-${name}-${theme}.png`,
    );
  }
}
const commandPage = `${folder}/heed-page.html`;
await heed("attention", "The program deletes the file because it is empty.", "--out", commandPage);

const chromium = findChromium();
if (chromium) {
  const browser = await startChromium(chromium);
  try {
    for (const theme of THEMES) {
      const page = await browser.newPage({
        colorScheme: theme,
        viewport: { width: 1200, height: 800 },
      });
      for (const [name, hash] of COMMAND_PAGES) {
        await page.goto(`file://${await Deno.realPath(commandPage)}#${hash}`);
        await page.evaluate("new Promise((done) => setTimeout(done, 150))");
        await page.screenshot({ path: `${folder}/heed-page-${name}-${theme}.png` });
      }
      await page.close();
    }
    for (const tokens of [8, 60, 200]) {
      const html = attentionHtml(madeModel(tokens, 4, 8), { title: `${tokens} made-up tokens` });
      const path = await Deno.realPath(folder) + `/page-${tokens}.html`;
      await Deno.writeTextFile(path, html);
      for (const theme of THEMES) {
        const page = await browser.newPage({
          colorScheme: theme,
          viewport: { width: 1200, height: 800 },
        });
        for (const [name, hash] of VIEWS) {
          await page.goto(`file://${path}#${hash}`);
          await page.evaluate("new Promise((done) => setTimeout(done, 150))");
          await page.screenshot({ path: `${folder}/page-${tokens}-${name}-${theme}.png` });
        }
        await page.close();
      }
    }
  } finally {
    await browser.close();
  }
}
console.log(folder);

async function savePicture(name: string, svg: string): Promise<void> {
  await Deno.writeFile(`${folder}/${name}.png`, await svgToPng(svg, { scale: 1 }));
}

async function heed(...args: string[]): Promise<void> {
  const exitCode = await run(args, host);
  if (exitCode !== 0) Deno.exit(exitCode);
}
