/**
 * Stand-in for `jsr:@std/cli` on machines that reach npm but not JSR (see `../assert/mod.ts`).
 *
 * @module
 */
// @ts-types="./mod.d.ts"
export * from "./from_npm.js";
