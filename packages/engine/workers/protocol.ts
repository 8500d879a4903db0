import type { Seq2SeqConfig } from "../configs/seq2seq_config.ts";
import type { PackedModel } from "../packing/pack_model.ts";

/** What a worker needs to take part: the model, whose memory it shares. */
export interface WorkerSetup {
  readonly model: PackedModel;
  readonly config: Seq2SeqConfig;
  /** One int32 in shared memory: number of the task that is to be cancelled. */
  readonly cancelled: Int32Array<SharedArrayBuffer>;
}

/** The calls that a worker answers: those of `Seq2SeqRuntime` with plain values. */
export type TaskName = "generate" | "score" | "encode" | "decode";

/** Main thread -> worker. */
export type ToWorker =
  | { readonly setup: WorkerSetup }
  | { readonly task: number; readonly name: TaskName; readonly args: readonly unknown[] };

/** Worker -> main thread. */
export type FromWorker =
  | { readonly ready: true }
  | { readonly task: number; readonly result: unknown }
  | { readonly task: number; readonly error: { name: string; message: string } };
