/**
 * The engine's worker as an entry of its own, which a bundle has to have: bundlers such as that of
 * Deno do not follow the URL that a worker is started with.
 *
 * @module
 */
import "@heed/engine/worker";
