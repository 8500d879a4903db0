/**
 * Checkpoints on disk and on the network: safetensors files read one tensor at a time and written
 * atomically, model directories, shipped models that are fetched once and checked, and the one door
 * to files that every other package goes through.
 *
 * @example
 * ```ts
 * import { openWeights, resolveModel } from "@heed/checkpoint";
 * import { assets } from "@heed/model-en-de";
 * import { assertEquals } from "@std/assert";
 *
 * const directory = await resolveModel(assets);
 * await using weights = await openWeights(directory);
 * assertEquals(weights.info("model.shared.weight").shape, [8112, 256]);
 * ```
 *
 * @module
 */
export type { Chunks, FileHandle, Files, Path, Sha256, StreamOptions } from "./files.ts";
export { files } from "./files.ts";
export type { DirectoryLock, LockOptions } from "./directory_lock.ts";
export { lockDirectory } from "./directory_lock.ts";
export { joinPath } from "./join_path.ts";
export type { Line, ReadLinesOptions } from "./read_lines.ts";
export { decodeLines, readLines } from "./read_lines.ts";
export type { DType, TensorValues } from "./dtype.ts";
export { dtypeBytes, isDType } from "./dtype.ts";
export { brainToFloat, floatToBrain, floatToHalf, halfToFloat } from "./half.ts";
export type { TensorInfo } from "./safetensors_header.ts";
export type { TensorData, WeightsReader } from "./weights_reader.ts";
export type { SafetensorsReader } from "./safetensors_reader.ts";
export { openSafetensors } from "./safetensors_reader.ts";
export type { QuantizedRows } from "./safetensors_int8.ts";
export { dequantizeRows, quantizeRows } from "./safetensors_int8.ts";
export type { TensorToWrite } from "./safetensors_writer.ts";
export { writeSafetensors } from "./safetensors_writer.ts";
export { openWeights } from "./open_weights.ts";
export type { CheckpointDifference, CheckpointMapOptions, NamedShapes } from "./checkpoint_map.ts";
export { assertCheckpoint, compareCheckpoint } from "./checkpoint_map.ts";
export { cacheDirectory } from "./cache_directory.ts";
export type { ModelAssets, ModelFile } from "./model_assets.ts";
export type { FetchProgress, ResolveModelOptions } from "./resolve_model.ts";
export { resolveModel } from "./resolve_model.ts";
export { showText, showValue } from "./show_value.ts";
export type { ConvertModelOptions, WeightsDType } from "./convert_model.ts";
export { convertModel } from "./convert_model.ts";
