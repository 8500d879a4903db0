/*
 * Byte offsets of the descriptors that describe a model to the kernels. TypeScript writes them
 * (`packing/`), AssemblyScript reads them: both import this file, so it holds plain numbers only.
 * Every field has 4 bytes; `address` is a byte address in the WASM memory, 0 = absent.
 */

// LINEAR: y = x W^T + bias, or a table of embeddings (n = vocabulary, k = hidden size).
export const LINEAR_DTYPE = 0; // 0 float32, 1 int8
export const LINEAR_K = 4; // inputs, padded to 16
export const LINEAR_N = 8; // outputs, padded to 16
export const LINEAR_WEIGHTS = 12; // address of panels of 8 outputs: int8 [n/8][k/4][8][4], float32 [n/8][k][8]
export const LINEAR_BIAS = 16; // address of float32 [n]
export const LINEAR_SCALES = 20; // address of float32 [n]; int8 only
export const LINEAR_CORRECTIONS = 24; // address of int32 [n]: -(zero of the activations) * sum of the weights; int8 only
export const LINEAR_INPUT = 28; // float32: what inputs are multiplied by before they are rounded; 0: of each row, by its largest; int8 only
export const LINEAR_CHANNELS = 32; // address of float32 [k]: factors of the inputs before they are quantised; 0 without
export const LINEAR_BYTES = 36;

// LAYER of an encoder or a decoder.
export const LAYER_SELF_QKV = 0; // address of LINEAR hidden -> 3 * width: queries, keys, values; 0 in SSRU layers
export const LAYER_SELF_OUT = 4; // address of LINEAR width -> hidden
export const LAYER_SELF_NORM_WEIGHT = 8; // address of float32 [hidden]
export const LAYER_SELF_NORM_BIAS = 12;
export const LAYER_CROSS_QUERY = 16; // address of LINEAR hidden -> width; 0 without cross-attention
export const LAYER_CROSS_OUT = 20; // address of LINEAR width -> hidden
export const LAYER_CROSS_NORM_WEIGHT = 24;
export const LAYER_CROSS_NORM_BIAS = 28;
export const LAYER_UP = 32; // address of LINEAR hidden -> feed-forward width
export const LAYER_DOWN = 36; // address of LINEAR feed-forward width -> hidden
export const LAYER_FFN_NORM_WEIGHT = 40;
export const LAYER_FFN_NORM_BIAS = 44;
export const LAYER_SSRU = 48; // address of LINEAR hidden -> 2 * hidden: candidate W x, then forget gate Wf x + bf; 0 where attention
export const LAYER_WINDOW = 52; // newest keys that a query sees, its own token's too; 0: all (decoder program)
export const LAYER_BYTES = 64;

// STACK: a whole encoder, decoder or decoder-only model.
export const STACK_LAYERS = 0; // number of layers
export const STACK_LAYER = 4; // address of LAYER[layers]
export const STACK_SIZE = 8; // hidden size as the model has it: what a mean is taken over
export const STACK_HIDDEN = 12; // hidden size padded to 16: the stride of hidden states in floats
export const STACK_HEADS = 16;
export const STACK_HEAD_DIM = 20; // padded to 4; width = heads * headDim, padded to 16
export const STACK_WIDTH = 24; // stride between queries, keys and values in floats
export const STACK_SCALE = 28; // float32: factor of the attention scores
export const STACK_ACTIVATION = 32; // see ACTIVATION_*
export const STACK_FFN_WIDTH = 36; // padded to 16; the widest of all layers
export const STACK_PRE_NORM = 40; // 1: norm before each sub-layer; 0: after the residual sum
export const STACK_EPS = 44; // float32: of the norms
export const STACK_FINAL_NORM_WEIGHT = 48; // address; 0 without a norm after the last layer
export const STACK_FINAL_NORM_BIAS = 52;
export const STACK_TOKENS = 56; // address of LINEAR: table of embeddings
export const STACK_EMBEDDING_SCALE = 60; // float32
export const STACK_POSITIONS = 64; // address of float32 [maxPositions][hidden]; 0 without
export const STACK_TYPES = 68; // address of float32 [types][hidden]; 0 without
export const STACK_EMBEDDING_NORM_WEIGHT = 72; // address; 0 without a norm of the embeddings
export const STACK_EMBEDDING_NORM_BIAS = 76;
export const STACK_CAUSAL = 80; // 1: a token sees itself and earlier ones (encoder program)
export const STACK_RECORD_STRIDE = 84; // bytes of one layer in a record of the decoder
export const STACK_MEMORY_STRIDE = 88; // bytes from one source token's keys and values (all layers) to the next
export const STACK_BLOCK_SIZE = 92; // tokens of a block of sparse attention; 0: every token sees every other
export const STACK_RANDOM_BLOCKS = 96; // random blocks that each block sees
export const STACK_BYTES = 112;

// Activations of the feed-forward network.
export const ACTIVATION_NONE = 0;
export const ACTIVATION_RELU = 1;
export const ACTIVATION_GELU = 2; // exact, by the error function
export const ACTIVATION_SWISH = 3; // x * sigmoid(x), also called SiLU
export const ACTIVATION_GELU_TANH = 4; // "gelu_new", "gelu_pytorch_tanh"
export const ACTIVATION_TANH = 5; // of poolers
