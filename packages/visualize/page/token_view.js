// @ts-check
/// <reference lib="dom" />
import { shade, strongest, weightsOfToken } from "./attention_data.js";
import { element, headColor, rove, tokenButton } from "./elements.js";

/** @import { Group } from "./attention_data.js" */
/** @import { PageState, Token } from "./page_state.js" */

/** What one token attends to, layer by layer, and the strongest key of every head. */
export class TokenView {
  /**
   * @param {HTMLElement} root
   * @param {{onPin: (token: Token) => void}} events
   */
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
    /** @type {Group | null} */
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

  /**
   * @param {Group} group
   * @param {PageState} state
   */
  show(group, state) {
    if (this.group !== group) {
      this.group = group;
      this.choice.replaceChildren(
        ...group.queries.map((text, i) => tokenButton(text, "query", i, i >= group.generatedFrom)),
      );
    }
    const index = state.pinned?.side === "query" ? state.pinned.index : 0;
    const buttons = /** @type {HTMLElement[]} */ ([...this.choice.children]);
    buttons.forEach((button, i) => {
      button.classList.toggle("is-focus", i === index);
      button.setAttribute("aria-pressed", String(i === index));
    });
    rove(buttons, index);
    /** @type {Token} */
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
          style: `--weight: ${shade(weights[key])}`,
          "data-index": String(key),
          title: `${text}: ${weights[key].toFixed(3)}`,
        }, [element("bdi", {}, [text])])
      );
      return element("section", { "data-layer": String(layer) }, [
        element("h3", {}, [`Layer ${layer}`]),
        element("p", { class: "text" }, keys),
      ]);
    }));
    this.fillTable(group, token);
  }

  /**
   * @param {Group} group
   * @param {Token} token
   */
  fillTable(group, token) {
    const most = Math.max(...group.layers.map(({ heads }) => heads.length));
    const head = element("tr", {}, [element("td")]);
    for (let i = 0; i < most; i++) {
      const name = group.layers[0].heads[i]?.head ?? i;
      const text = name === "mean" ? "Mean" : `Head ${name}`;
      head.append(element("th", { scope: "col", style: `color: ${headColor(i)}` }, [text]));
    }
    const rows = group.layers.map(({ layer, heads }, place) => {
      const cells = heads.map((_, i) => {
        const weights = weightsOfToken(group, place, [i], token);
        const [best] = strongest(weights, 1);
        if (best === undefined) return element("td");
        return element("td", { style: `--weight: ${shade(weights[best])}` }, [
          element("bdi", {}, [group.keys[best]]),
          element("span", {}, [weights[best].toFixed(2)]),
        ]);
      });
      return element("tr", {}, [element("th", { scope: "row" }, [`Layer ${layer}`]), ...cells]);
    });
    this.table.replaceChildren(element("thead", {}, [head]), element("tbody", {}, rows));
  }
}
