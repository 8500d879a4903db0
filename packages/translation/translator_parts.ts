import type { EngineDType } from "@heed/engine";
import type { ConfidenceCalibration } from "./confidence/confidence_calibration.ts";
import type { LanguagePair } from "./languages.ts";
import type { TranslationModel, TranslationTokenizer } from "./model.ts";

/** What a `Translator` is made of. */
export interface TranslatorParts {
  /** The model. The translator owns it and disposes it. */
  readonly model: TranslationModel;
  /** The model's tokenizer. */
  readonly tokenizer: TranslationTokenizer;
  /** What the model translates, the default first; none when its files do not say. */
  readonly languages?: readonly LanguagePair[];
  /** Where the model runs, by what, and why there. */
  readonly device?: TranslatorDevice;
  /** Tokens of a sentence above which it is split; never above the model's limit, which is the default. */
  readonly maxSentenceTokens?: number;
  /** What turns the model's probabilities into confidence; without it translations have none. */
  readonly confidence?: ConfidenceCalibration;
}

/** Where a translator's model runs, and by what. */
export interface TranslatorDevice {
  /** `webgpu`, `wasm` or `cpu`; another word where the model is the caller's own. */
  readonly name: string;
  /** Why there, in one line for a person. */
  readonly reason: string;
  /** What computes: the engine of `@heed/engine`, or tfjs. */
  readonly engine?: "engine" | "tfjs";
  /** What the engine keeps the weights in. */
  readonly dtype?: EngineDType;
  /** Which SIMD instructions the engine uses. */
  readonly simd?: string;
  /** On how many threads the engine computes. */
  readonly threads?: number;
  /** Whether a shortlist limits what a sentence may become. */
  readonly shortlist?: boolean;
}
