// What the module exports: every kernel, one line per file.
export { horizontalSum } from "./simd";
