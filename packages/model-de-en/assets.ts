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
      sha256: "962d89e38a26422d392c0c178370ccbb9b11d372ef4c08a6e28973006d1ee7d4",
    },
    {
      path: "generation_config.json",
      bytes: 547,
      sha256: "743c12010c1131781862a3bace19f7138375cfaa0d23b2e989cf993948ff1b1d",
    },
    {
      path: "model.safetensors",
      bytes: 14656968,
      sha256: "ddf265f0a8f3a9dd55492135e5340f8268be0f18a908e14758e2cc5e641b2c54",
    },
    {
      path: "shortlist.safetensors",
      bytes: 1578988,
      sha256: "d67a3aac87464a731f5bc3050eacfe98956b0c3b28f67022b95d802dcedb384c",
    },
    {
      path: "source.spm",
      bytes: 372327,
      sha256: "25c7ba9820d52efef80bfb22d836608316c197b60ca86f02561246de0fcc26b5",
    },
    {
      path: "target.spm",
      bytes: 372327,
      sha256: "25c7ba9820d52efef80bfb22d836608316c197b60ca86f02561246de0fcc26b5",
    },
    {
      path: "tokenizer_config.json",
      bytes: 207,
      sha256: "2248260a6d850dd732cda74224bd22088cb294bbcf01b3a9d346b5b10e853445",
    },
    {
      path: "vocab.json",
      bytes: 149104,
      sha256: "ed498b905051ec4a41b7972d2cadda93b9a2a9d8eaad4aaf9018239a338ac8c9",
    },
  ],
};
