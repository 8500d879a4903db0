// @ts-check
/// <reference lib="dom" />
import { element, isDark } from "./elements.js";
import { HeadView } from "./head_view.js";
import { ModelView } from "./model_view.js";
import { readState, writeState } from "./page_state.js";
import { TokenView } from "./token_view.js";

/** @import { PageData } from "./attention_data.js" */
/** @import { Token } from "./page_state.js" */

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @type {PageData} */
const data = JSON.parse(byId("attention-data").textContent ?? "");
const { groups } = data;
let state = readState(location.hash, groups);

const panels = { heads: byId("heads"), model: byId("model"), token: byId("token") };
/** @param {Token | null} pinned */
const onPin = (pinned) => change({ pinned });
const views = {
  heads: new HeadView(panels.heads, { onPin, onTell: (text) => byId("told").textContent = text }),
  model: new ModelView(panels.model, {
    onChoose: (layer, head) => change({ view: "heads", layer, heads: new Set([head]) }),
    colorsOf: () => rampBytes(data.ramp[isDark() ? "dark" : "light"]),
  }),
  token: new TokenView(panels.token, { onPin }),
};

/**
 * 256 colours of 3 bytes between those given.
 * @param {string[]} ramp colours as `#rrggbb`
 */
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

/** @param {Partial<import("./page_state.js").PageState>} changes */
function change(changes) {
  state = { ...state, ...changes };
  history.replaceState(null, "", writeState(state, groups));
  show();
}

const kinds = /** @type {HTMLSelectElement} */ (byId("kind"));
const layers = /** @type {HTMLSelectElement} */ (byId("layer"));
const heads = byId("head-buttons");

function show() {
  const group = groups[state.group];
  for (const radio of document.querySelectorAll("input[name=view]")) {
    if (radio instanceof HTMLInputElement) radio.checked = radio.value === state.view;
  }
  kinds.value = String(state.group);
  layers.replaceChildren(
    ...group.layers.map(({ layer }, place) =>
      element("option", { value: String(place) }, [`Layer ${layer}`])
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
        style: `--color: var(--head-${place % 16})`,
        "aria-label": head === "mean" ? "Mean of the heads" : `Head ${head}`,
      }, [head === "mean" ? "mean" : String(head)])
    ));
  }
  for (const button of heads.children) {
    const isOn = state.heads.has(Number(/** @type {HTMLElement} */ (button).dataset.head));
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
/** @param {number} layer */
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
    const view = /** @type {import("./page_state.js").PageState["view"]} */ (
      /** @type {HTMLInputElement} */ (radio).value
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
show();
