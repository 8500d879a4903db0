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
      sha256: "962d89e38a26422d392c0c178370ccbb9b11d372ef4c08a6e28973006d1ee7d4",
    },
    {
      path: "generation_config.json",
      bytes: 547,
      sha256: "e9908397ab4f2239e1ca14cc64c2e0d9a57967f829a327325e878ee017cd718b",
    },
    {
      path: "model.safetensors",
      bytes: 14656968,
      sha256: "0c282e3907f8f9cd422b6c70f2143e2ab6e4011c928274b02b8ddab75b4521dc",
    },
    {
      path: "shortlist.safetensors",
      bytes: 1425652,
      sha256: "09c5d50f311184337c6db4b7fcc876628a844ec1f2ebcdf8aa72ba387a80668c",
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
      sha256: "15b4b047c08a26da8ef672e4c266d71acf264ccdf69be16740e16312ee3d3233",
    },
    {
      path: "vocab.json",
      bytes: 149104,
      sha256: "ed498b905051ec4a41b7972d2cadda93b9a2a9d8eaad4aaf9018239a338ac8c9",
    },
  ],
};
