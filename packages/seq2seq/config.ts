/** Configs of the families of this package, which `@heed/model` describes. */
export {
  type AlignmentHead,
  defaultRnnConfig,
  defaultSeq2SeqConfig,
  parseRnnConfig,
  parseSeq2SeqConfig,
  type RnnArchitecture,
  type RnnAttentionScore,
  type RnnCell,
  type RnnConfig,
  rnnConfigToJson,
  type SearchConfig,
  type Seq2SeqActivation,
  type Seq2SeqConfig,
  seq2SeqConfigToJson,
} from "@heed/model";
