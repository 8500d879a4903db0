import type { Ffi, NativeFunction, NativeLibrary } from "./ffi.ts";

/** What of `Deno` is used here, for runtimes whose types have no such global. */
interface DenoRuntime {
  readonly permissions: {
    querySync(
      descriptor: { name: "ffi"; path: string } | { name: "env"; variable: string },
    ): { readonly state: string };
  };
  readonly env: { get(name: string): string | undefined };
  dlopen(path: string, symbols: Record<string, unknown>): {
    readonly symbols: Record<string, ((...values: unknown[]) => unknown) | null>;
    close(): void;
  };
  readonly UnsafePointerView: { getCString(pointer: unknown): string };
}

/** Native libraries of Deno; undefined elsewhere. */
export function denoFfi(): Ffi | undefined {
  const runtime = (globalThis as { Deno?: DenoRuntime }).Deno;
  if (typeof runtime?.dlopen !== "function") return undefined;
  const granted = (what: Parameters<DenoRuntime["permissions"]["querySync"]>[0]) =>
    runtime.permissions.querySync(what).state === "granted";
  return {
    permitted: (path) => granted({ name: "ffi", path }),
    environment: (variable) =>
      granted({ name: "env", variable }) ? runtime.env.get(variable) || undefined : undefined,
    open: (path, wanted) => openLibrary(runtime, path, wanted),
  };
}

function openLibrary(
  runtime: DenoRuntime,
  path: string,
  wanted: Readonly<Record<string, NativeFunction>>,
): NativeLibrary {
  const declared = Object.entries(wanted).map(([name, { parameters, result, optional }]) =>
    [name, { parameters, result: result === "text" ? "pointer" : result, optional }] as const
  );
  const library = runtime.dlopen(path, Object.fromEntries(declared));
  const functions: Record<string, (...values: unknown[]) => unknown> = {};
  for (const [name, { result }] of Object.entries(wanted)) {
    // Deno leaves null for an optional function that the library lacks.
    const call = library.symbols[name];
    if (!call) continue;
    functions[name] = result === "text"
      ? (...values) => {
        const address = call(...values);
        return address === null ? "" : runtime.UnsafePointerView.getCString(address);
      }
      : call;
  }
  return { functions, close: () => library.close() };
}
