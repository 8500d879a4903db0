// @ts-check
/// <reference lib="dom" />
import { leastShown, shade, strongest, weightsOf, weightsOfToken } from "./attention_data.js";
import { element, fitCanvas, headColor, rove, tokenButton } from "./elements.js";

/** @import { Group } from "./attention_data.js" */
/** @import { PageState, Token } from "./page_state.js" */

const SHADES = 16;
const LEAST = 0.01;

/**
 * Lines between two columns of tokens, in the colours of the heads.
 *
 * The canvas is as high as the window and stays where it is while the tokens scroll: a text of a
 * thousand tokens needs no larger one.
 */
export class HeadView {
  /**
   * @param {HTMLElement} root
   * @param {{onPin: (token: Token | null) => void, onTell: (text: string) => void}} events
   */
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
    /** @type {Token | null} */
    this.hovered = null;
    /** @type {Group | null} */
    this.group = null;
    /** @type {PageState | null} */
    this.state = null;
    this.frame = 0;
    this.listen();
  }

  listen() {
    const { scroller } = this;
    scroller.addEventListener("scroll", () => this.schedule(), { passive: true });
    new ResizeObserver(() => this.schedule()).observe(scroller);
    /** @param {EventTarget | null} target */
    const tokenOf = (target) => {
      const button = target instanceof Element ? target.closest(".token") : null;
      if (!(button instanceof HTMLElement)) return null;
      const side = button.dataset.side === "key" ? "key" : "query";
      return /** @type {Token} */ ({ side, index: Number(button.dataset.index) });
    };
    /** @param {Token | null} token */
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

  /**
   * @param {KeyboardEvent} event
   * @param {Token} token
   */
  move(event, { side, index }) {
    const buttons = this.buttonsOf(side);
    const otherSide = side === "query" ? "key" : "query";
    const other = this.buttonsOf(otherSide);
    /** @type {Record<string, HTMLElement | undefined>} */
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

  /**
   * @param {"query" | "key"} side
   * @returns {HTMLElement[]}
   */
  buttonsOf(side) {
    return /** @type {HTMLElement[]} */ ([...this.columns[side].children]);
  }

  /**
   * @param {Group} group
   * @param {PageState} state
   */
  show(group, state) {
    if (this.group !== group) {
      this.group = group;
      this.hovered = null;
      const most = Math.max(group.queries.length, group.keys.length);
      this.rowHeight = most <= 40 ? 24 : most <= 90 ? 19 : 15;
      this.scroller.style.setProperty("--row", `${this.rowHeight}px`);
      this.titles.query.textContent = group.queryName;
      this.titles.key.textContent = group.keyName;
      const isSame = group.kind !== "cross";
      for (const side of /** @type {const} */ (["query", "key"])) {
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

  /** Shows what the pointer, the keyboard or the pin is on. */
  update() {
    const { group, state } = this;
    if (!group || !state) return;
    const token = this.hovered ?? state.pinned;
    const weights = token && weightsOfToken(group, state.layer, state.heads, token);
    for (const side of /** @type {const} */ (["query", "key"])) {
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

  /**
   * @param {Token | null} token
   * @param {Float32Array | null} weights
   */
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
        element("li", { style: `--weight: ${Math.min(100, weights[place] * 100)}%` }, [
          element("bdi", {}, [others[place]]),
          element("span", {}, [weights[place].toFixed(2)]),
        ])
      ),
    );
    const first = places.slice(0, 3).map((place) =>
      `${others[place]} ${weights[place].toFixed(2)}`
    );
    this.events.onTell(
      `${own} ${isQuery ? "attends to" : "is attended to by"} ${first.join(", ")}`,
    );
  }

  schedule() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  /** Pixels of the screen for each unit of the canvas. */
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
      /** @type {Path2D[]} */
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
