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
  name: "en-de",
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
      bytes: 606,
      sha256: "9e537ce1e259ade66e23fa5f00c6c1f08793bea68b7081ec7279da4ad3ab5cfc",
    },
    {
      path: "model.safetensors",
      bytes: 14714536,
      sha256: "21597bafddedd4c6541832b2dac7dd2b65525d5cd1e88eaddc777ff41458789e",
    },
    {
      path: "shortlist.safetensors",
      bytes: 1395084,
      sha256: "d8465e925ed8788594cc2c076dc39023bdb9a267d34ab2ece6133c3cee99a08a",
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
      sha256: "15b4b047c08a26da8ef672e4c266d71acf264ccdf69be16740e16312ee3d3233",
    },
    {
      path: "vocab.json",
      bytes: 150610,
      sha256: "52ef7e672f4ac80dee4e1f33a6007fc8a3aee72e22156f714d88eab93c2e32d8",
    },
  ],
};
