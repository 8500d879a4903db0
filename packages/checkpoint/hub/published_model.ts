import type { ModelName } from "./model_name.ts";
import type { RemoteFile } from "./_remote_file.ts";

/** A file that pulling a model fetches. */
export interface PublishedFile {
  /** Its name in the model's folder. */
  readonly path: string;
  /** Bytes to fetch; undefined where nobody says before. */
  readonly bytes: number | undefined;
}

/** A model as a hub or a registry describes it. */
export interface PublishedModel {
  /** Its name, such as `Helsinki-NLP/opus-mt-en-fr`. */
  readonly name: string;
  /** Revision that was asked for, such as `main`. */
  readonly revision: string;
  /** What the revision is now: the commit, or architecture and digest of a model of Firefox. */
  readonly version: string;
  /** Address that it comes from. */
  readonly source: string;
  /** Licence, where it is said. */
  readonly license?: string;
  /** Files that are needed to run it. */
  readonly files: readonly PublishedFile[];
}

/** What is known of a model before it is pulled. */
export interface Listing {
  readonly name: ModelName;
  readonly revision: string;
  readonly version: string;
  readonly source: string;
  readonly license?: string;
  readonly files: readonly RemoteFile[];
}
