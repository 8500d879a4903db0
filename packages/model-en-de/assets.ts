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
      bytes: 605,
      sha256: "fe044da991f3a57586a02590cd81953997f712af5f4838fad3dcda7b56e2b2bb",
    },
    {
      path: "model.safetensors",
      bytes: 14714536,
      sha256: "65b62d7de92f8db6eabb7f9c2b6759ec6bddfaedd23c64f14c0425332893d402",
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
