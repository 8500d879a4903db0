import type { Language } from "./languages.ts";
import type { Pair } from "./pair.ts";
import type { Workspace } from "./workspace.ts";

/** One kind of parallel text in the archive. */
export interface Source {
  /** Name for `--sources`. */
  readonly name: string;
  /** What it is, for the report. */
  readonly title: string;
  /** Codes of the languages that it has; absent when it may have any. */
  readonly languages?: readonly string[];
  /** What paths its files have; the packages that hold some are then in the workspace's listing. */
  readonly pattern?: (language: Language) => RegExp;
  /** Yields everything that it has in the workspace's language. */
  readonly pairs: (workspace: Workspace) => AsyncIterable<Pair>;
}
