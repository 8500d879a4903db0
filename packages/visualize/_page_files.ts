// Made by scripts/visualize/embed_page.ts of the files in page/; change those instead.
// deno-fmt-ignore-file
export const HTML: string = `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta
      http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    >
    <title>{{ title }}</title>
    <style>{{style}}</style>
  </head>
  <body>
    <header>
      <h1><bdi>{{ title }}</bdi></h1>
      <div class="tools">
        <fieldset class="views" aria-label="View">
          <label><input type="radio" name="view" value="heads">Heads</label>
          <label><input type="radio" name="view" value="model">Model</label>
          <label><input type="radio" name="view" value="token">Token</label>
        </fieldset>
        <label>Attention <select id="kind"></select></label>
        <label id="layer-choice">Layer <select id="layer"></select></label>
        <div id="head-choice" role="group" aria-label="Heads">
          <span>Heads</span>
          <div
            id="head-buttons"
            title="Click: one head alone. Shift+click: one more or less. Again: all."
          ></div>
        </div>
      </div>
    </header>
    <main>
      <section id="heads" aria-label="Lines of the heads"></section>
      <section id="model" aria-label="All layers and heads"></section>
      <section id="token" aria-label="One token"></section>
    </main>
    <footer>
      <kbd>↑</kbd> <kbd>↓</kbd> <kbd>←</kbd> <kbd>→</kbd> move between tokens · <kbd>Enter</kbd>
      holds one, <kbd>Esc</kbd> lets go · <kbd>[</kbd> <kbd>]</kbd> change the layer ·
      <kbd>Shift</kbd>+click adds a head
    </footer>
    <div id="told" class="told" role="status"></div>
    <script type="application/json" id="attention-data">
    {{data}}
    </script>
    <script type="module">{{script}}</script>
  </body>
</html>
`;
export const STYLE: string = `:root {
  color-scheme: light dark;
  --background: #ffffff;
  --raised: #f4f6f9;
  --text: #1b1f24;
  --faint: #5f6873;
  --line: #d5dae1;
  --accent: #1d5fd0;
  --shade: #7db4ff;
  --focus: #ffd97a;
  --generated: #b45309;
}

@media (prefers-color-scheme: dark) {
  :root {
    --background: #16181d;
    --raised: #1f2229;
    --text: #e6e8eb;
    --faint: #9aa3ae;
    --line: #363b45;
    --accent: #7fb0ff;
    --shade: #2f6bd8;
    --focus: #7a5a00;
    --generated: #ffb066;
  }
}

* {
  box-sizing: border-box;
}

body {
  margin: 0;
  height: 100vh;
  height: 100dvh;
  display: flex;
  flex-direction: column;
  background: var(--background);
  color: var(--text);
  font: 14px/1.45 system-ui, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif;
}

header {
  padding: 12px 20px;
  border-bottom: 1px solid var(--line);
  background: var(--raised);
}

h1 {
  margin: 0 0 10px;
  font-size: 17px;
  overflow-wrap: anywhere;
}

h2 {
  margin: 0;
  font-size: 14px;
}

h3 {
  margin: 0;
  font-size: 12px;
  font-weight: 600;
  color: var(--faint);
}

button,
select {
  font: inherit;
  color: inherit;
}

:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 1px;
}

[hidden] {
  display: none !important;
}

.tools {
  display: flex;
  flex-wrap: wrap;
  gap: 8px 22px;
  align-items: center;
}

.tools fieldset {
  display: flex;
  margin: 0;
  padding: 0;
  border: 0;
}

.tools legend {
  float: left;
  padding: 0;
}

fieldset.views label {
  padding: 4px 14px;
  border: 1px solid var(--line);
  background: var(--background);
  cursor: pointer;
}

fieldset.views label:first-of-type {
  border-radius: 7px 0 0 7px;
}

fieldset.views label:last-of-type {
  border-radius: 0 7px 7px 0;
}

fieldset.views label + label {
  border-left: 0;
}

fieldset.views label:has(:checked) {
  background: var(--accent);
  border-color: var(--accent);
  color: var(--background);
}

fieldset.views label:has(:focus-visible) {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}

fieldset.views input {
  position: absolute;
  opacity: 0;
  pointer-events: none;
}

select {
  padding: 4px 8px;
  border: 1px solid var(--line);
  border-radius: 7px;
  background: var(--background);
}

#head-choice {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 8px;
  align-items: center;
}

#head-buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
}

.head {
  min-width: 30px;
  padding: 3px 7px;
  border: 2px solid var(--color);
  border-radius: 7px;
  background: transparent;
  cursor: pointer;
}

.head[aria-pressed="true"] {
  background: var(--color);
  color: var(--background);
  font-weight: 600;
}

main {
  flex: 1;
  min-height: 0;
}

main > section {
  display: flex;
  height: 100%;
}

.scroller {
  flex: 1;
  min-width: 0;
  overflow: auto;
  padding: 0 20px 20px;
}

.titles {
  position: sticky;
  top: 0;
  z-index: 1;
  display: grid;
  grid-template-columns: minmax(90px, 1fr) minmax(120px, 2fr) minmax(90px, 1fr);
  max-width: 960px;
  margin: 0 auto;
  padding: 12px 0 8px;
  background: var(--background);
}

.titles h2:first-child {
  text-align: right;
  padding-right: 8px;
}

.titles h2:last-child {
  padding-left: 8px;
}

.columns {
  display: grid;
  grid-template-columns: minmax(90px, 1fr) minmax(120px, 2fr) minmax(90px, 1fr);
  max-width: 960px;
  margin: 0 auto;
}

.column {
  min-width: 0;
}

.column .token {
  display: block;
  width: 100%;
  height: var(--row);
  padding: 0 8px;
  line-height: var(--row);
  font-size: min(14px, calc(var(--row) - 3px));
  overflow: hidden;
  text-overflow: ellipsis;
}

.column:first-child .token {
  text-align: right;
}

.column:last-child .token {
  text-align: left;
}

.token {
  border: 0;
  border-radius: 5px;
  background: color-mix(in srgb, var(--shade) var(--weight, 0%), transparent);
  white-space: pre;
  cursor: pointer;
  transition: background-color 80ms;
}

.token.is-generated {
  color: var(--generated);
}

.token:hover,
.token.is-focus {
  background: var(--focus);
}

.token[aria-pressed="true"] {
  box-shadow: inset 0 0 0 2px var(--accent);
}

.lines {
  min-width: 0;
}

.lines canvas {
  position: sticky;
  top: 41px;
  display: block;
}

aside {
  flex: 0 0 240px;
  overflow: auto;
  padding: 14px 18px;
  border-left: 1px solid var(--line);
  background: var(--raised);
}

aside h2 {
  overflow-wrap: anywhere;
}

.strongest {
  margin: 10px 0 0;
  padding: 0;
  list-style: none;
}

.strongest li {
  display: flex;
  justify-content: space-between;
  gap: 8px;
  margin-bottom: 3px;
  padding: 2px 7px;
  border-radius: 5px;
  background: linear-gradient(
    90deg,
    color-mix(in srgb, var(--shade) 65%, transparent) var(--weight),
    transparent var(--weight)
  );
}

.strongest bdi {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: pre;
}

.grid {
  display: grid;
  gap: 10px;
  justify-content: start;
  align-items: center;
  padding-top: 14px;
}

.grid .name {
  color: var(--faint);
  font-size: 12px;
  text-align: center;
}

.cell {
  display: grid;
  place-items: center;
  aspect-ratio: 1;
  padding: 3px;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--raised);
  cursor: pointer;
  transition: border-color 80ms;
}

.cell:hover {
  border-color: var(--accent);
}

.cell canvas {
  image-rendering: pixelated;
}

.token-view > h2 {
  margin: 16px 0 8px;
}

.text {
  display: flex;
  flex-wrap: wrap;
  gap: 2px;
  margin: 0;
}

.text .token {
  padding: 1px 6px;
}

.layers {
  display: grid;
  gap: 8px;
}

.layers section {
  display: grid;
  grid-template-columns: 74px 1fr;
  align-items: baseline;
}

.key {
  padding: 1px 5px;
  border-radius: 5px;
  background: color-mix(in srgb, var(--shade) var(--weight), transparent);
  white-space: pre;
}

.asked {
  padding: 1px 6px;
  border-radius: 5px;
  background: var(--focus);
}

.wide {
  overflow: auto;
}

table {
  border-collapse: separate;
  border-spacing: 3px;
  font-size: 12px;
}

th {
  padding: 2px 6px;
  font-weight: 600;
  text-align: left;
  white-space: nowrap;
}

tbody th {
  color: var(--faint);
}

td {
  padding: 2px 6px;
  border-radius: 5px;
  background: color-mix(in srgb, var(--shade) var(--weight, 0%), transparent);
  white-space: nowrap;
}

td bdi {
  display: inline-block;
  max-width: 110px;
  overflow: hidden;
  text-overflow: ellipsis;
  vertical-align: bottom;
}

td span {
  margin-left: 6px;
  color: var(--faint);
}

tbody td span {
  color: inherit;
  opacity: 0.75;
}

footer {
  padding: 6px 20px;
  border-top: 1px solid var(--line);
  color: var(--faint);
  font-size: 12px;
}

kbd {
  padding: 0 4px;
  border: 1px solid var(--line);
  border-radius: 4px;
  font: inherit;
}

.told {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}

@media (max-width: 720px) {
  main > section {
    flex-direction: column;
  }

  aside {
    flex: 0 0 30%;
    border-top: 1px solid var(--line);
    border-left: 0;
  }
}

@media (prefers-reduced-motion: reduce) {
  * {
    transition: none !important;
    scroll-behavior: auto !important;
  }
}`;
export const SCRIPT: string = `const WEIGHTS = Float32Array.from({ length: 256 }, (_, byte) => (byte / 255) ** 2);

const decoded = new WeakMap();

function weightsOf(group, layer, head) {
  const entry = group.layers[layer].heads[head];
  let weights = decoded.get(entry);
  if (weights === undefined) {
    weights = Float32Array.from(atob(entry.weights), (byte) => WEIGHTS[byte.charCodeAt(0)]);
    decoded.set(entry, weights);
  }
  return weights;
}

function weightsOfToken(group, layer, heads, { side, index }) {
  const columns = group.keys.length;
  const isQuery = side === "query";
  const result = new Float32Array(isQuery ? columns : group.queries.length);
  let count = 0;
  for (const head of heads) {
    const weights = weightsOf(group, layer, head);
    for (let i = 0; i < result.length; i++) {
      result[i] += weights[isQuery ? index * columns + i : i * columns + index];
    }
    count++;
  }
  return result.map((sum) => sum / Math.max(1, count));
}

function strongest(weights, most) {
  return Array.from(weights.keys())
    .filter((place) => weights[place] >= 0.005)
    .sort((a, b) => weights[b] - weights[a] || a - b)
    .slice(0, most);
}

const leasts = new WeakMap();

function leastShown(weights, queries) {
  let least = leasts.get(weights);
  if (least === undefined) {
    const counts = new Uint32Array(256);
    for (const weight of weights) counts[Math.round(Math.sqrt(weight) * 255)]++;
    let step = 256, lines = 0;
    while (step > 1 && lines + counts[step - 1] <= 1.5 * queries + 40) lines += counts[--step];
    // Half a step below, so that a weight of this step is not lost to rounding.
    least = Math.min(0.25, Math.max(0.04, ((step - 0.5) / 255) ** 2));
    leasts.set(weights, least);
  }
  return least;
}

function shade(weight) {
  return \`\${Math.round(Math.sqrt(weight) * 100)}%\`;
}
const VIEWS = ["heads", "model", "token"];

function readState(hash, groups) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const view = VIEWS.find((name) => name === given.get("view")) ?? "heads";
  const group = Math.max(0, groups.findIndex(({ kind }) => kind === given.get("kind")));
  const { layers, queries, keys } = groups[group];
  // The last layer is where a reader begins: its heads are what the literature shows.
  const found = layers.findIndex(({ layer }) => String(layer) === given.get("layer"));
  const layer = found < 0 ? layers.length - 1 : found;
  const all = layers[layer].heads.keys();
  const named = given.get("heads")?.split(",").map(Number)
    .filter((head) => Number.isInteger(head) && head >= 0 && head < layers[layer].heads.length);
  const match = /^([qk])(\\d+)$/.exec(given.get("token") ?? "");
  const index = Number(match?.[2]);
  const side = match?.[1] === "k" ? "key" : "query";
  const isToken = match !== null && index < (side === "key" ? keys : queries).length;
  return {
    view,
    group,
    layer,
    heads: new Set(named?.length ? named : all),
    pinned: isToken ? { side, index } : null,
  };
}

function writeState({ view, group, layer, heads, pinned }, groups) {
  const { kind, layers } = groups[group];
  const parts = [\`view=\${view}\`, \`kind=\${kind}\`, \`layer=\${layers[layer].layer}\`];
  if (heads.size < layers[layer].heads.length) {
    parts.push(\`heads=\${[...heads].sort((a, b) => a - b).join(",")}\`);
  }
  if (pinned) parts.push(\`token=\${pinned.side[0]}\${pinned.index}\`);
  return \`#\${parts.join("&")}\`;
}
function element(tag, attributes = {}, children = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function tokenButton(text, side, index, isGenerated) {
  return element("button", {
    type: "button",
    class: isGenerated ? "token is-generated" : "token",
    "data-side": side,
    "data-index": String(index),
    tabindex: "-1",
    title: isGenerated ? \`\${text} (generated)\` : text,
  }, [element("bdi", {}, [text])]);
}

function rove(buttons, index) {
  buttons.forEach((button, i) => button.tabIndex = i === index ? 0 : -1);
}

function fitCanvas(canvas, width, height) {
  const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
  const [across, down] = [Math.max(1, Math.round(width * ratio)), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
    canvas.style.width = \`\${width}px\`;
    canvas.style.height = \`\${height}px\`;
  }
  const context = (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

function cssColor(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function headColor(head) {
  return cssColor(\`--head-\${head % 16}\`);
}

function isDark() {
  return globalThis.matchMedia("(prefers-color-scheme: dark)").matches;
}
const SHADES = 16;
const LEAST = 0.01;

class HeadView {
  constructor(root, events) {
    this.root = root;
    this.events = events;
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.columns = {
      query: element("div", { class: "column", role: "group" }),
      key: element("div", { class: "column", role: "group" }),
    };
    this.titles = { query: element("h2"), key: element("h2") };
    this.list = element("ol", { class: "strongest" });
    this.about = element("h2", { id: "about" });
    this.body = element("div", { class: "columns" }, [
      this.columns.query,
      element("div", { class: "lines" }, [this.canvas]),
      this.columns.key,
    ]);
    this.scroller = element("div", { class: "scroller" }, [
      element("div", { class: "titles" }, [this.titles.query, element("span"), this.titles.key]),
      this.body,
    ]);
    root.replaceChildren(
      this.scroller,
      element("aside", { "aria-labelledby": "about" }, [this.about, this.list]),
    );
    this.hovered = null;
    this.group = null;
    this.state = null;
    this.frame = 0;
    this.listen();
  }

  listen() {
    const { scroller } = this;
    scroller.addEventListener("scroll", () => this.schedule(), { passive: true });
    new ResizeObserver(() => this.schedule()).observe(scroller);
    const tokenOf = (target) => {
      const button = target instanceof Element ? target.closest(".token") : null;
      if (!(button instanceof HTMLElement)) return null;
      const side = button.dataset.side === "key" ? "key" : "query";
      return ({ side, index: Number(button.dataset.index) });
    };
    const hover = (token) => {
      this.hovered = token;
      this.update();
    };
    this.body.addEventListener("pointerover", (event) => hover(tokenOf(event.target)));
    this.body.addEventListener("pointerleave", () => hover(null));
    this.body.addEventListener("focusin", (event) => hover(tokenOf(event.target)));
    this.body.addEventListener("focusout", () => hover(null));
    this.body.addEventListener("click", (event) => {
      const token = tokenOf(event.target);
      const pinned = this.state?.pinned;
      const isSame = token && pinned?.side === token.side && pinned.index === token.index;
      if (token) this.events.onPin(isSame ? null : token);
    });
    this.body.addEventListener("keydown", (event) => {
      const token = tokenOf(event.target);
      if (token && this.group) this.move(event, token);
    });
  }

  move(event, { side, index }) {
    const buttons = this.buttonsOf(side);
    const otherSide = side === "query" ? "key" : "query";
    const other = this.buttonsOf(otherSide);
    const places = {
      ArrowDown: buttons[index + 1],
      ArrowUp: buttons[index - 1],
      Home: buttons[0],
      End: buttons.at(-1),
      ArrowRight: side === "query" ? other[Math.min(index, other.length - 1)] : undefined,
      ArrowLeft: side === "key" ? other[Math.min(index, other.length - 1)] : undefined,
    };
    const next = places[event.key];
    if (next === undefined) return;
    event.preventDefault();
    rove(next.dataset.side === side ? buttons : other, Number(next.dataset.index));
    next.focus();
  }

  buttonsOf(side) {
    return ([...this.columns[side].children]);
  }

  show(group, state) {
    if (this.group !== group) {
      this.group = group;
      this.hovered = null;
      const most = Math.max(group.queries.length, group.keys.length);
      this.rowHeight = most <= 40 ? 24 : most <= 90 ? 19 : 15;
      this.scroller.style.setProperty("--row", \`\${this.rowHeight}px\`);
      this.titles.query.textContent = group.queryName;
      this.titles.key.textContent = group.keyName;
      const isSame = group.kind !== "cross";
      for (const side of (["query", "key"])) {
        const tokens = side === "query" ? group.queries : group.keys;
        const name = side === "query" ? group.queryName : group.keyName;
        this.columns[side].setAttribute("aria-label", name);
        this.columns[side].replaceChildren(...tokens.map((text, index) => {
          const isGenerated = (side === "query" || isSame) && index >= group.generatedFrom;
          return tokenButton(text, side, index, isGenerated);
        }));
        rove(this.buttonsOf(side), 0);
      }
    }
    this.state = state;
    this.update();
  }

  update() {
    const { group, state } = this;
    if (!group || !state) return;
    const token = this.hovered ?? state.pinned;
    const weights = token && weightsOfToken(group, state.layer, state.heads, token);
    for (const side of (["query", "key"])) {
      this.buttonsOf(side).forEach((button, index) => {
        const isFocus = token?.side === side && token.index === index;
        const isPinned = state.pinned?.side === side && state.pinned.index === index;
        button.classList.toggle("is-focus", isFocus);
        button.setAttribute("aria-pressed", String(isPinned));
        const weight = weights && token && token.side !== side ? weights[index] : 0;
        button.classList.toggle("is-linked", weight >= LEAST);
        button.style.setProperty("--weight", shade(weight));
        if (weight >= LEAST) button.dataset.weight = weight.toFixed(3);
        else delete button.dataset.weight;
      });
    }
    this.tell(token, weights);
    this.schedule();
  }

  tell(token, weights) {
    const { group } = this;
    if (!group) return;
    if (!token || !weights) {
      this.about.textContent = "Point at a token";
      this.list.replaceChildren();
      return;
    }
    const isQuery = token.side === "query";
    const own = (isQuery ? group.queries : group.keys)[token.index];
    const others = isQuery ? group.keys : group.queries;
    this.about.replaceChildren(
      element("bdi", {}, [own]),
      isQuery ? " attends to" : " is attended to by",
    );
    const places = strongest(weights, 12);
    this.list.replaceChildren(
      ...places.map((place) =>
        element("li", { style: \`--weight: \${Math.min(100, weights[place] * 100)}%\` }, [
          element("bdi", {}, [others[place]]),
          element("span", {}, [weights[place].toFixed(2)]),
        ])
      ),
    );
    const first = places.slice(0, 3).map((place) =>
      \`\${others[place]} \${weights[place].toFixed(2)}\`
    );
    this.events.onTell(
      \`\${own} \${isQuery ? "attends to" : "is attended to by"} \${first.join(", ")}\`,
    );
  }

  schedule() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  ratio() {
    return this.canvas.width / Math.max(1, this.canvas.clientWidth);
  }

  draw() {
    const { group, state, scroller, canvas, rowHeight = 20 } = this;
    const place = canvas.parentElement;
    if (!group || !state || !place || place.clientWidth === 0) return;
    const width = place.clientWidth;
    const height = Math.min(scroller.clientHeight, place.clientHeight);
    // Lines are drawn where the tokens are now, seen from the canvas.
    const offset = canvas.getBoundingClientRect().top - place.getBoundingClientRect().top;
    const context = fitCanvas(canvas, width, height);
    const token = this.hovered ?? state.pinned;
    // Without a graphics card, a browser draws hairlines several times as fast as wider lines.
    context.lineWidth = token ? 2 : group.queries.length > 90 ? 1 / this.ratio() : 1.25;
    const columns = group.keys.length;
    for (const head of state.heads) {
      const weights = weightsOf(group, state.layer, head);
      const least = token ? LEAST : leastShown(weights, group.queries.length);
      const shades = [];
      for (let query = 0; query < group.queries.length; query++) {
        if (token?.side === "query" && token.index !== query) continue;
        const from = (query + 0.5) * rowHeight - offset;
        for (let key = 0; key < columns; key++) {
          const weight = weights[query * columns + key];
          if (weight < least || (token?.side === "key" && token.index !== key)) continue;
          const to = (key + 0.5) * rowHeight - offset;
          if ((from < 0 && to < 0) || (from > height && to > height)) continue;
          const step = Math.min(SHADES - 1, Math.floor(weight * SHADES));
          const path = shades[step] ??= new Path2D();
          path.moveTo(0, from);
          path.bezierCurveTo(width * 0.35, from, width * 0.65, to, width, to);
        }
      }
      context.strokeStyle = headColor(head);
      shades.forEach((path, step) => {
        context.globalAlpha = Math.max(0.08, (step + 1) / SHADES) * (token ? 1 : 0.75);
        context.stroke(path);
      });
    }
    context.globalAlpha = 1;
  }
}
class ModelView {
  constructor(root, { onChoose, colorsOf }) {
    this.colorsOf = colorsOf;
    this.grid = element("div", { class: "grid" });
    root.replaceChildren(element("div", { class: "scroller" }, [this.grid]));
    this.grid.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("button") : null;
      if (button) onChoose(Number(button.dataset.layer), Number(button.dataset.head));
    });
    this.grid.addEventListener("keydown", (event) => this.move(event));
  }

  show(group, _state) {
    const heads = Math.max(...group.layers.map(({ heads }) => heads.length));
    const width = this.grid.parentElement?.clientWidth ?? 800;
    const size = Math.max(56, Math.min(168, Math.floor((width - 90) / heads) - 12));
    this.grid.style.gridTemplateColumns = \`max-content repeat(\${heads}, \${size}px)\`;
    const cells = [element("span")];
    for (let head = 0; head < heads; head++) {
      cells.push(
        element("span", { class: "name" }, [nameOf(group.layers[0].heads[head]?.head ?? head)]),
      );
    }
    group.layers.forEach(({ layer, heads: own }, layerPlace) => {
      cells.push(element("span", { class: "name" }, [\`Layer \${layer}\`]));
      for (let head = 0; head < heads; head++) {
        if (head >= own.length) cells.push(element("span"));
        else cells.push(this.cell(group, layerPlace, head, size));
      }
    });
    this.grid.replaceChildren(...cells);
    const first = this.grid.querySelector("button");
    if (first) first.tabIndex = 0;
  }

  cell(group, layer, head, size) {
    const canvas = element("canvas", { "aria-hidden": "true" });
    const most = Math.max(group.queries.length, group.keys.length);
    const room = size - 8; // less the frame
    const width = Math.max(12, Math.round(room * group.keys.length / most));
    const height = Math.max(12, Math.round(room * group.queries.length / most));
    const context = fitCanvas(canvas, width, height);
    const isReduced = group.keys.length > canvas.width || group.queries.length > canvas.height;
    context.imageSmoothingEnabled = isReduced;
    context.drawImage(this.image(group, weightsOf(group, layer, head)), 0, 0, width, height);
    const name = \`Layer \${group.layers[layer].layer}, \${
      nameOf(group.layers[layer].heads[head].head)
    }\`;
    return element("button", {
      type: "button",
      class: "cell",
      "data-layer": String(layer),
      "data-head": String(head),
      "aria-label": \`\${name}: show its lines\`,
      title: name,
      tabindex: "-1",
    }, [canvas]);
  }

  image({ queries, keys }, weights) {
    const image = new ImageData(keys.length, queries.length);
    const colors = this.colorsOf();
    for (let i = 0; i < weights.length; i++) {
      const step = 3 * Math.min(255, Math.round(Math.sqrt(weights[i]) * 255));
      image.data.set([colors[step], colors[step + 1], colors[step + 2], 255], 4 * i);
    }
    const canvas = element("canvas");
    canvas.width = keys.length;
    canvas.height = queries.length;
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    return canvas;
  }

  move(event) {
    const button = event.target instanceof HTMLElement ? event.target : null;
    if (!button?.dataset.layer) return;
    const [layer, head] = [Number(button.dataset.layer), Number(button.dataset.head)];
    const places = {
      ArrowRight: [layer, head + 1],
      ArrowLeft: [layer, head - 1],
      ArrowDown: [layer + 1, head],
      ArrowUp: [layer - 1, head],
    };
    const place = places[event.key];
    if (!place) return;
    const next = this.grid.querySelector(\`[data-layer="\${place[0]}"][data-head="\${place[1]}"]\`);
    if (!(next instanceof HTMLElement)) return;
    event.preventDefault();
    button.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

function nameOf(head) {
  return head === "mean" ? "Mean" : \`Head \${head}\`;
}
class TokenView {
  constructor(root, { onPin }) {
    this.choice = element("div", { class: "text", role: "group", "aria-label": "Choose a token" });
    this.about = element("h2");
    this.layers = element("div", { class: "layers" });
    this.table = element("table");
    root.replaceChildren(element("div", { class: "scroller token-view" }, [
      element("h2", {}, ["Choose a token"]),
      this.choice,
      this.about,
      this.layers,
      element("h2", {}, ["The strongest link of every head"]),
      element("div", { class: "wide" }, [this.table]),
    ]));
    this.group = null;
    this.choice.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest(".token") : null;
      if (button instanceof HTMLElement) {
        onPin({ side: "query", index: Number(button.dataset.index) });
      }
    });
    this.choice.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const button = event.target instanceof HTMLElement ? event.target : null;
      if (step === undefined || !button?.dataset.index) return;
      const next = this.choice.children[Number(button.dataset.index) + step];
      if (!(next instanceof HTMLElement)) return;
      event.preventDefault();
      next.focus();
      onPin({ side: "query", index: Number(next.dataset.index) });
    });
  }

  show(group, state) {
    if (this.group !== group) {
      this.group = group;
      this.choice.replaceChildren(
        ...group.queries.map((text, i) => tokenButton(text, "query", i, i >= group.generatedFrom)),
      );
    }
    const index = state.pinned?.side === "query" ? state.pinned.index : 0;
    const buttons = ([...this.choice.children]);
    buttons.forEach((button, i) => {
      button.classList.toggle("is-focus", i === index);
      button.setAttribute("aria-pressed", String(i === index));
    });
    rove(buttons, index);
    const token = { side: "query", index };
    this.about.replaceChildren(
      "What does ",
      element("bdi", { class: "asked" }, [group.queries[index]]),
      " attend to?",
    );
    this.layers.replaceChildren(...group.layers.map(({ layer, heads }, place) => {
      const chosen = [...state.heads].filter((head) => head < heads.length);
      const weights = weightsOfToken(group, place, chosen, token);
      const keys = group.keys.map((text, key) =>
        element("span", {
          class: "key",
          style: \`--weight: \${shade(weights[key])}\`,
          "data-index": String(key),
          title: \`\${text}: \${weights[key].toFixed(3)}\`,
        }, [element("bdi", {}, [text])])
      );
      return element("section", { "data-layer": String(layer) }, [
        element("h3", {}, [\`Layer \${layer}\`]),
        element("p", { class: "text" }, keys),
      ]);
    }));
    this.fillTable(group, token);
  }

  fillTable(group, token) {
    const most = Math.max(...group.layers.map(({ heads }) => heads.length));
    const head = element("tr", {}, [element("td")]);
    for (let i = 0; i < most; i++) {
      const name = group.layers[0].heads[i]?.head ?? i;
      const text = name === "mean" ? "Mean" : \`Head \${name}\`;
      head.append(element("th", { scope: "col", style: \`color: \${headColor(i)}\` }, [text]));
    }
    const rows = group.layers.map(({ layer, heads }, place) => {
      const cells = heads.map((_, i) => {
        const weights = weightsOfToken(group, place, [i], token);
        const [best] = strongest(weights, 1);
        if (best === undefined) return element("td");
        return element("td", { style: \`--weight: \${shade(weights[best])}\` }, [
          element("bdi", {}, [group.keys[best]]),
          element("span", {}, [weights[best].toFixed(2)]),
        ]);
      });
      return element("tr", {}, [element("th", { scope: "row" }, [\`Layer \${layer}\`]), ...cells]);
    });
    this.table.replaceChildren(element("thead", {}, [head]), element("tbody", {}, rows));
  }
}
const byId = (id) => (document.getElementById(id));

const data = JSON.parse(byId("attention-data").textContent ?? "");
const { groups } = data;
let state = readState(location.hash, groups);

const panels = { heads: byId("heads"), model: byId("model"), token: byId("token") };
const onPin = (pinned) => change({ pinned });
const views = {
  heads: new HeadView(panels.heads, { onPin, onTell: (text) => byId("told").textContent = text }),
  model: new ModelView(panels.model, {
    onChoose: (layer, head) => change({ view: "heads", layer, heads: new Set([head]) }),
    colorsOf: () => rampBytes(data.ramp[isDark() ? "dark" : "light"]),
  }),
  token: new TokenView(panels.token, { onPin }),
};

function rampBytes(ramp) {
  const parts = ramp.map((color) =>
    [1, 3, 5].map((place) => Number.parseInt(color.slice(place, place + 2), 16))
  );
  return Uint8Array.from({ length: 768 }, (_, i) => {
    const place = Math.floor(i / 3) / 255 * (parts.length - 1);
    const from = Math.min(parts.length - 2, Math.floor(place));
    return parts[from][i % 3] + (place - from) * (parts[from + 1][i % 3] - parts[from][i % 3]);
  });
}

function change(changes) {
  state = { ...state, ...changes };
  history.replaceState(null, "", writeState(state, groups));
  show();
}

const kinds = (byId("kind"));
const layers = (byId("layer"));
const heads = byId("head-buttons");

function show() {
  const group = groups[state.group];
  for (const radio of document.querySelectorAll("input[name=view]")) {
    if (radio instanceof HTMLInputElement) radio.checked = radio.value === state.view;
  }
  kinds.value = String(state.group);
  layers.replaceChildren(
    ...group.layers.map(({ layer }, place) =>
      element("option", { value: String(place) }, [\`Layer \${layer}\`])
    ),
  );
  layers.value = String(state.layer);
  byId("layer-choice").hidden = state.view !== "heads";
  byId("head-choice").hidden = state.view === "model";
  showHeadButtons();
  for (const [name, panel] of Object.entries(panels)) panel.hidden = name !== state.view;
  views[state.view].show(group, state);
}

function showHeadButtons() {
  const own = groups[state.group].layers[state.layer].heads;
  if (heads.children.length !== own.length || heads.dataset.group !== String(state.group)) {
    heads.dataset.group = String(state.group);
    heads.replaceChildren(...own.map(({ head }, place) =>
      element("button", {
        type: "button",
        class: "head",
        "data-head": String(place),
        style: \`--color: var(--head-\${place % 16})\`,
        "aria-label": head === "mean" ? "Mean of the heads" : \`Head \${head}\`,
      }, [head === "mean" ? "mean" : String(head)])
    ));
  }
  for (const button of heads.children) {
    const isOn = state.heads.has(Number((button).dataset.head));
    button.setAttribute("aria-pressed", String(isOn));
  }
}

for (const [place, { name }] of groups.entries()) {
  kinds.append(element("option", { value: String(place) }, [name]));
}
kinds.addEventListener("change", () => {
  const group = Number(kinds.value);
  const layer = Math.min(state.layer, groups[group].layers.length - 1);
  const all = new Set(groups[group].layers[layer].heads.keys());
  change({ group, layer, heads: all, pinned: null });
});
const chooseLayer = (layer) => {
  const own = groups[state.group].layers;
  if (layer < 0 || layer >= own.length) return;
  const kept = [...state.heads].filter((head) => head < own[layer].heads.length);
  change({ layer, heads: new Set(kept.length > 0 ? kept : own[layer].heads.keys()) });
};
layers.addEventListener("change", () => chooseLayer(Number(layers.value)));
// A click shows one head alone, with Shift or Ctrl it adds or removes one, a second click shows all.
heads.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (!button) return;
  const head = Number(button.dataset.head);
  const all = new Set(groups[state.group].layers[state.layer].heads.keys());
  const isMore = event.shiftKey || event.ctrlKey || event.metaKey;
  const chosen = isMore ? new Set(state.heads) : new Set([head]);
  if (isMore && !chosen.delete(head)) chosen.add(head);
  const isAlone = !isMore && state.heads.size === 1 && state.heads.has(head);
  change({ heads: isAlone || chosen.size === 0 ? all : chosen });
});
for (const radio of document.querySelectorAll("input[name=view]")) {
  radio.addEventListener("change", () => {
    const view = (
      (radio).value
    );
    change({ view });
  });
}
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "[") chooseLayer(state.layer - 1);
  else if (event.key === "]") chooseLayer(state.layer + 1);
  else if (event.key === "Escape" && state.pinned) change({ pinned: null });
});
globalThis.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
globalThis.addEventListener("hashchange", () => {
  state = readState(location.hash, groups);
  show();
});
globalThis.addEventListener("resize", () => {
  if (state.view === "model") show();
});
show();`;
