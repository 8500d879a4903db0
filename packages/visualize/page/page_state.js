// @ts-check
/// <reference lib="dom" />

/** @import { Group, PageData } from "./attention_data.js" */

/**
 * A token of one side.
 * @typedef {{side: "query" | "key", index: number}} Token
 */

/**
 * What the page shows now.
 * @typedef {object} PageState
 * @property {"heads" | "model" | "token"} view
 * @property {number} group
 * @property {number} layer
 * @property {Set<number>} heads
 * @property {Token | null} pinned
 */

/** @type {readonly PageState["view"][]} */
const VIEWS = ["heads", "model", "token"];

/**
 * Reads the state from the part of the address after `#`; what does not fit is left out.
 * @param {string} hash
 * @param {readonly Group[]} groups
 * @returns {PageState}
 */
export function readState(hash, groups) {
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
  const match = /^([qk])(\d+)$/.exec(given.get("token") ?? "");
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

/**
 * Writes the state as {@linkcode readState} reads it.
 * @param {PageState} state
 * @param {readonly Group[]} groups
 * @returns {string}
 */
export function writeState({ view, group, layer, heads, pinned }, groups) {
  const { kind, layers } = groups[group];
  const parts = [`view=${view}`, `kind=${kind}`, `layer=${layers[layer].layer}`];
  if (heads.size < layers[layer].heads.length) {
    parts.push(`heads=${[...heads].sort((a, b) => a - b).join(",")}`);
  }
  if (pinned) parts.push(`token=${pinned.side[0]}${pinned.index}`);
  return `#${parts.join("&")}`;
}
