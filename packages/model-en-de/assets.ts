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
      bytes: 969,
      sha256: "053e2b9dbf17a6ee6715a33092d66a53318550bd430a4e72ab46c2e99091cf1d",
    },
    {
      path: "generation_config.json",
      bytes: 279,
      sha256: "bbdb95c36c92af6d183b9839da5bdf388a0760615b2edf642c68c316d9bf63f3",
    },
    {
      path: "model.safetensors",
      bytes: 14656968,
      sha256: "b0cb34342b28389879aeddfc70ba008c0cea1001dd0674f4149402f1e6aba732",
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
      bytes: 206,
      sha256: "a07ab4fb1a1d30dbec0ce21b3f79442f6082720b9c71767119cd622138a82cda",
    },
    {
      path: "vocab.json",
      bytes: 141101,
      sha256: "5dc89b19f4b8f7772678781ded1d0bc3bbc106a76e80cebf33bb637824dbaeb2",
    },
  ],
};
