import type { Compression } from "./_unpack.ts";

/** A file of a published model: where it is, and what is known of it. */
export interface RemoteFile {
  /** Its name in the model's folder. */
  readonly path: string;
  readonly url: URL;
  /** Length of what is sent; undefined when nobody says. */
  readonly bytes?: number;
  /** SHA-256 of what is sent, in lower-case hexadecimal. */
  readonly sha256?: string;
  /** SHA-1 of what is sent as git names it, of small files on Hugging Face's hub. */
  readonly gitSha1?: string;
  /** How it is packed for its way. */
  readonly compression?: Compression;
  /** What is known of the file once it is unpacked. */
  readonly unpacked?: { readonly bytes?: number; readonly sha256?: string };
}
