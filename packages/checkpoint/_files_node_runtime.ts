import type * as NodeCrypto from "node:crypto";
import type * as NodeFsSync from "node:fs";
import type * as NodeFs from "node:fs/promises";
import type * as NodeOs from "node:os";
import type * as NodePath from "node:path";
import type * as NodeUrl from "node:url";

/** What of `process` is used here; Deno has the same global as Node. */
export interface Process {
  readonly versions?: { readonly node?: string };
  readonly platform: string;
  readonly pid: number;
  kill(pid: number, signal: 0): unknown;
  readonly env: Record<string, string | undefined>;
  getBuiltinModule?(name: string): unknown;
}

/** Deno or Node, with the built-in modules that files need. */
export interface NodeRuntime {
  readonly process: Process;
  readonly fs: typeof NodeFs;
  readonly fsSync: typeof NodeFsSync;
  readonly path: typeof NodePath;
  readonly url: typeof NodeUrl;
  readonly crypto: typeof NodeCrypto;
  readonly os: typeof NodeOs;
}

/**
 * The runtime, where it is Deno or Node; undefined elsewhere.
 *
 * The built-in modules come from `process.getBuiltinModule` (Deno 2, Node 20.16 and later) and not from an import, so
 * that a bundler for the browser finds nothing to resolve.
 */
export function nodeRuntime(): NodeRuntime | undefined {
  const { process } = globalThis as { process?: Process };
  if (process?.versions?.node === undefined || process.getBuiltinModule === undefined) return;
  const builtIn = <T>(name: string) => process.getBuiltinModule!(`node:${name}`) as T;
  return {
    process,
    fs: builtIn("fs/promises"),
    fsSync: builtIn("fs"),
    path: builtIn("path"),
    url: builtIn("url"),
    crypto: builtIn("crypto"),
    os: builtIn("os"),
  };
}
