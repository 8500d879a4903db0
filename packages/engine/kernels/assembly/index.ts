// What the module exports: every kernel, one line per file.
export { activate } from "./activation";
export { constantBytes, setConstants } from "./constants";
export { brainToFloat, findNonFinite, halfToFloat, transpose } from "./convert";
export { decoder, decoderScratchBytes } from "./decoder";
export { encoder, encoderScratchBytes } from "./encoder";
export { expNegative } from "./exp";
export { layerNorm } from "./layer_norm";
export { linear, linearScratchBytes } from "./linear";
export { gatherColumns, lookupRows } from "./lookup";
export { packBytes, packFloat, packInt8 } from "./pack";
export { peakFloat, peakInt8, peakRead } from "./peak";
export { recordChannels, setActivationRange } from "./quantize";
export { logSumExp, topTokens } from "./top_tokens";
