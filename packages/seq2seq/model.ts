import { files, joinPath, type Path } from "@heed/checkpoint";
import { selectCrossAttention, type Seq2SeqAttentions } from "@heed/engine";
import type { Device } from "@heed/nn";
import { readJson, readWeights } from "./_checkpoint.ts";
import { attentionsOf } from "./attentions.ts";
import { parseSeq2SeqConfig, type Seq2SeqConfig, seq2SeqConfigToJson } from "./config.ts";
import {
  EncoderDecoderModel,
  type ModelParts,
  type StartedSearch,
} from "./encoder_decoder_model.ts";
import { initialState, stepDecoder } from "./step_decoder.ts";
import { buildSeq2SeqWeights, freshWeights, type Seq2SeqWeights } from "./weights.ts";

/** Names of weights that a checkpoint may hold and this model does not read. */
const COMPUTED = /^(model\.(en|de)coder\.embed_(positions|tokens)|lm_head)\.weight$/;

/** A loaded encoder-decoder Transformer on tfjs. */
export class Seq2SeqModel extends EncoderDecoderModel<Seq2SeqConfig, Seq2SeqWeights> {
  private constructor(parts: Omit<ModelParts<Seq2SeqConfig, Seq2SeqWeights>, "build">) {
    super({ ...parts, build: buildSeq2SeqWeights });
  }

  /** Loads a model directory; see `loadSeq2SeqModel`. */
  static async load(
    directory: Path,
    { device, trainable = false }: { device: Device; trainable?: boolean },
  ): Promise<Seq2SeqModel> {
    const config = await readSeq2SeqConfig(directory);
    if (config.decoderAutoreg === "rnn") {
      throw new SyntaxError(
        `Cannot load ${directory} on tfjs: its decoder has SSRU layers, which only the WASM engine runs; ` +
          "use the device wasm",
      );
    }
    const source = await readWeights(directory, {
      build: (source) => buildSeq2SeqWeights(config, source).positions.dispose(),
      ignored: (name) => COMPUTED.test(name),
    });
    return new Seq2SeqModel({ config, device, trainable, source });
  }

  /** Makes a model with fresh weights; see `createSeq2SeqModel`. */
  static create(
    config: Seq2SeqConfig,
    { device, seed, trainable = true }: { device: Device; seed: number; trainable?: boolean },
  ): Seq2SeqModel {
    return new Seq2SeqModel({ config, device, trainable, source: freshWeights({ seed }) });
  }

  /** Encodes the sources. */
  protected override startSearch(
    inputIds: readonly (readonly number[])[],
  ): StartedSearch<unknown> {
    const { config, weights } = this;
    return {
      decoder: stepDecoder(weights, { config }),
      state: initialState(weights, inputIds, { config }),
    } as StartedSearch<unknown>;
  }

  /**
   * Shows all attention between a source and a target: of each over itself, and of the target over the source.
   *
   * @param inputIds Source ids with their end token.
   * @param targetIds Target ids with their end token, without the start token.
   * @returns Every layer and head.
   * @throws {RangeError} As {@linkcode Seq2SeqModel.generate}.
   */
  override async attentions(
    inputIds: readonly number[],
    targetIds: readonly number[],
  ): Promise<Seq2SeqAttentions> {
    this.checkIds([inputIds], "source");
    this.checkIds([targetIds], "target");
    const { config, weights } = this;
    const maps = await attentionsOf(weights, { inputIds, targetIds }, { config });
    return {
      ...maps,
      alignment: selectCrossAttention(maps.cross, config),
      startTokenId: config.decoderStartTokenId,
    };
  }

  /** The config, in the words of its files. */
  protected override configFiles(): Record<string, unknown> {
    const { model, generation } = seq2SeqConfigToJson(this.config);
    return { "config.json": model, "generation_config.json": generation };
  }

  /** Releases the table of positions. */
  protected override disposeTables(): void {
    this.weights.positions.dispose();
  }
}

async function readSeq2SeqConfig(directory: Path): Promise<Seq2SeqConfig> {
  const generation = await files.exists(joinPath(directory, "generation_config.json"))
    ? await readJson(directory, "generation_config.json")
    : {};
  return parseSeq2SeqConfig(await readJson(directory, "config.json"), { generation });
}
