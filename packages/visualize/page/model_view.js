// @ts-check
/// <reference lib="dom" />
import { weightsOf } from "./attention_data.js";
import { element, fitCanvas } from "./elements.js";

/** @import { Group } from "./attention_data.js" */
/** @import { PageState } from "./page_state.js" */

/** All heads of all layers as small matrices. */
export class ModelView {
  /**
   * @param {HTMLElement} root
   * @param {{onChoose: (layer: number, head: number) => void, colorsOf: () => Uint8Array}} events
   *   `colorsOf` gives 256 colours of 3 bytes
   */
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

  /**
   * @param {Group} group
   * @param {PageState} _state
   */
  show(group, _state) {
    const heads = Math.max(...group.layers.map(({ heads }) => heads.length));
    const width = this.grid.parentElement?.clientWidth ?? 800;
    const size = Math.max(56, Math.min(168, Math.floor((width - 90) / heads) - 12));
    this.grid.style.gridTemplateColumns = `max-content repeat(${heads}, ${size}px)`;
    const cells = [element("span")];
    for (let head = 0; head < heads; head++) {
      cells.push(
        element("span", { class: "name" }, [nameOf(group.layers[0].heads[head]?.head ?? head)]),
      );
    }
    group.layers.forEach(({ layer, heads: own }, layerPlace) => {
      cells.push(element("span", { class: "name" }, [`Layer ${layer}`]));
      for (let head = 0; head < heads; head++) {
        if (head >= own.length) cells.push(element("span"));
        else cells.push(this.cell(group, layerPlace, head, size));
      }
    });
    this.grid.replaceChildren(...cells);
    const first = this.grid.querySelector("button");
    if (first) first.tabIndex = 0;
  }

  /**
   * @param {Group} group
   * @param {number} layer
   * @param {number} head
   * @param {number} size
   */
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
    const name = `Layer ${group.layers[layer].layer}, ${
      nameOf(group.layers[layer].heads[head].head)
    }`;
    return element("button", {
      type: "button",
      class: "cell",
      "data-layer": String(layer),
      "data-head": String(head),
      "aria-label": `${name}: show its lines`,
      title: name,
      tabindex: "-1",
    }, [canvas]);
  }

  /**
   * @param {Group} group
   * @param {Float32Array} weights
   */
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

  /** @param {KeyboardEvent} event */
  move(event) {
    const button = event.target instanceof HTMLElement ? event.target : null;
    if (!button?.dataset.layer) return;
    const [layer, head] = [Number(button.dataset.layer), Number(button.dataset.head)];
    /** @type {Record<string, [number, number]>} */
    const places = {
      ArrowRight: [layer, head + 1],
      ArrowLeft: [layer, head - 1],
      ArrowDown: [layer + 1, head],
      ArrowUp: [layer - 1, head],
    };
    const place = places[event.key];
    if (!place) return;
    const next = this.grid.querySelector(`[data-layer="${place[0]}"][data-head="${place[1]}"]`);
    if (!(next instanceof HTMLElement)) return;
    event.preventDefault();
    button.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

/** @param {number | "mean"} head */
function nameOf(head) {
  return head === "mean" ? "Mean" : `Head ${head}`;
}
