import { CausalRuntime } from "../causal/runtime.ts";
import type { CausalConfig, EncoderConfig, Seq2SeqConfig } from "@heed/model";
import { EncoderRuntime } from "../encoder/runtime.ts";
import { type EngineThread, type PackedModel, startThread } from "../packing/pack_model.ts";
import { Seq2SeqRuntime } from "../seq2seq/runtime.ts";

/** A model and what runs it. A plain value. */
export type RuntimeSetup =
  | { readonly kind: "seq2seq"; readonly model: PackedModel; readonly config: Seq2SeqConfig }
  | { readonly kind: "encoder"; readonly model: PackedModel; readonly config: EncoderConfig }
  | { readonly kind: "causal"; readonly model: PackedModel; readonly config: CausalConfig };

/** Runtimes by the kind of their models. */
export interface Runtimes {
  seq2seq: Seq2SeqRuntime;
  encoder: EncoderRuntime;
  causal: CausalRuntime;
}

/** Makes the runtime of one thread; a worker starts its kernels, the thread that packed the model has them. */
export function createRuntime(
  setup: RuntimeSetup,
  thread?: EngineThread,
): Runtimes[keyof Runtimes] {
  const started = thread ?? startThread(setup.model);
  switch (setup.kind) {
    case "seq2seq":
      return new Seq2SeqRuntime(started, setup.model, setup.config);
    case "encoder":
      return new EncoderRuntime(started, setup.model, setup.config);
    case "causal":
      return new CausalRuntime(started, setup.model, setup.config);
  }
}
