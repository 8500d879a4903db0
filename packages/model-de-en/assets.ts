// Made by scripts/convert_model.ts.

/** One file of the model. */
export interface ModelFile {
  /** Name relative to {@linkcode ModelAssets.base}. */
  readonly path: string;
  /** Length in bytes. */
  readonly bytes: number;
  /** SHA-256 as 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Where the model is and what it consists of. */
export interface ModelAssets {
  /** Name of the model. */
  readonly name: string;
  /** Version of the model, which is the package's. */
  readonly version: string;
  /** Folder that holds the files. */
  readonly base: URL;
  /** The files. */
  readonly files: readonly ModelFile[];
}

/** The files of this model: Hugging Face's MarianMT layout, weights in half precision. */
export const assets: ModelAssets = {
  name: "de-en",
  version: "0.1.0",
  base: new URL("./model/", import.meta.url),
  files: [
    {
      path: "config.json",
      bytes: 722,
      sha256: "e2ea4c0a46f824b033a605227042f57999ebcc99f858a8e6d600056f8650cd8a",
    },
    {
      path: "generation_config.json",
      bytes: 603,
      sha256: "619cd531997f6eab4f972fb0e14a24eee6e2beb124efc22b9dcecdce5c143535",
    },
    {
      path: "model.safetensors",
      bytes: 14714536,
      sha256: "589549e82f1aa275fe77231953d252306d3a2a5c760d62ba8ece701b0d7a120d",
    },
    {
      path: "shortlist.safetensors",
      bytes: 1474732,
      sha256: "2d4243d04f023159441cf99803ff3d8b1e28fb9368a4bf4f5a417055b45a521c",
    },
    {
      path: "source.spm",
      bytes: 373625,
      sha256: "34f0c27c62cb5ba682addf6f8a1b97a5d08555ba5d4b75c76dee4cbe27a5c0b8",
    },
    {
      path: "target.spm",
      bytes: 373625,
      sha256: "34f0c27c62cb5ba682addf6f8a1b97a5d08555ba5d4b75c76dee4cbe27a5c0b8",
    },
    {
      path: "tokenizer_config.json",
      bytes: 207,
      sha256: "2248260a6d850dd732cda74224bd22088cb294bbcf01b3a9d346b5b10e853445",
    },
    {
      path: "vocab.json",
      bytes: 150610,
      sha256: "52ef7e672f4ac80dee4e1f33a6007fc8a3aee72e22156f714d88eab93c2e32d8",
    },
  ],
};
