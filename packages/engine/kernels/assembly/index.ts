// What the module exports: every kernel, one line per file.
export { brainToFloat, findNonFinite, halfToFloat, transpose } from "./convert";
export { linear, linearScratchBytes } from "./linear";
export { gatherColumns, lookupRows } from "./lookup";
export { packFloat, packInt8 } from "./pack";
export { peakFloat, peakInt8 } from "./peak";
export { setActivationRange } from "./quantize";
