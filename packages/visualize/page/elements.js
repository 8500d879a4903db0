// @ts-check
/// <reference lib="dom" />

/**
 * Makes an element.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string>} [attributes]
 * @param {(Node | string)[]} [children] strings become text, never markup
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, attributes = {}, children = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * A button for a token; its text keeps to its own direction of writing.
 * @param {string} text
 * @param {"query" | "key"} side
 * @param {number} index
 * @param {boolean} isGenerated
 * @returns {HTMLButtonElement}
 */
export function tokenButton(text, side, index, isGenerated) {
  return element("button", {
    type: "button",
    class: isGenerated ? "token is-generated" : "token",
    "data-side": side,
    "data-index": String(index),
    tabindex: "-1",
    title: isGenerated ? `${text} (generated)` : text,
  }, [element("bdi", {}, [text])]);
}

/**
 * Moves the one place that the tab key reaches among some buttons.
 * @param {readonly HTMLElement[]} buttons
 * @param {number} index
 */
export function rove(buttons, index) {
  buttons.forEach((button, i) => button.tabIndex = i === index ? 0 : -1);
}

/**
 * Fits a canvas to its place and the screen's pixels.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 * @returns {CanvasRenderingContext2D}
 */
export function fitCanvas(canvas, width, height) {
  const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
  const [across, down] = [Math.max(1, Math.round(width * ratio)), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/**
 * A colour that the style sheet names.
 * @param {string} name
 * @returns {string}
 */
export function cssColor(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * The colour of a head.
 * @param {number} head
 * @returns {string}
 */
export function headColor(head) {
  return cssColor(`--head-${head % 16}`);
}

/** @returns {boolean} */
export function isDark() {
  return globalThis.matchMedia("(prefers-color-scheme: dark)").matches;
}
