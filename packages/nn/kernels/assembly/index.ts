// Every export of the kernel module. All memory is the caller's: nothing is allocated here, memory never
// grows from here, and there is no static data (it would overwrite tfjs's heap).
export { activate, activateGradient } from "./activation";
export { adam } from "./adam";
export { constantBytes, setConstants } from "./constants";
export { crossEntropy } from "./cross_entropy";
export { dropout } from "./dropout";
export { exp } from "./exp";
export { gemm, gemmScratchBytes } from "./gemm";
export { layerNorm, layerNormGradient } from "./layer_norm";
export { peak } from "./peak";
export { multiply, sumLast, sumRows, sumSquares } from "./reduce";
export { align, alignGradient } from "./rnn_align";
export { gruCell, gruCellGradient } from "./rnn_gru";
export { addRow, clearRows, copyRows } from "./rnn_lane";
export { lstmCell, lstmCellGradient } from "./rnn_lstm";
export { packedBytes, packedProduct, packWeight } from "./rnn_product";
export { gatherRows, segmentSum } from "./segment_sum";
export { maskedSoftmax, softmax, softmaxGradient } from "./softmax";
export { transpose } from "./transpose";
