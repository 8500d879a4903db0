/**
 * Tells languages apart in the browser: a bundle of its own, for it is larger than all the rest and seldom changes.
 *
 * @module
 */
export { detectLanguage } from "@heed/translation/detect";
