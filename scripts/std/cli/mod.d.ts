export interface ParseOptions {
  "--"?: boolean;
  alias?: Record<string, string | readonly string[]>;
  boolean?: boolean | string | readonly string[];
  default?: Record<string, unknown>;
  stopEarly?: boolean;
  string?: string | readonly string[];
  collect?: string | readonly string[];
  negatable?: string | readonly string[];
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}
// deno-lint-ignore no-explicit-any -- the real type maps option names to value types
export type Args = Record<string, any> & { _: (string | number)[] };
export declare function parseArgs(args: readonly string[], options?: ParseOptions): Args;
export declare function promptSecret(
  message?: string,
  options?: { mask?: string; clear?: boolean },
): string | null;
