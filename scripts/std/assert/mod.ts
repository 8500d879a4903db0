/**
 * Stand-in for `jsr:@std/assert` on machines that reach npm but not JSR: the same code, as
 * compiled into the npm package `deno-std`. `links` in the root `deno.json` puts it in place;
 * published packages keep their `jsr:@std/assert` specifier.
 *
 * @module
 */
// @ts-types="./mod.d.ts"
export * from "npm:deno-std@1.4.0/assert/mod.js";
