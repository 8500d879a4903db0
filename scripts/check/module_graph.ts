/**
 * Checks what entry points load with them: modules that they import, and that those import, but not
 * what is imported later, when it is needed, nor what only types need.
 *
 *     deno run --allow-read --allow-run scripts/check/module_graph.ts
 *
 * Prints how an entry point comes to a module that it must not load, and exits with 1 if there is any.
 */
import { ROOT } from "./source_files.ts";

/** What an entry point must not load. */
export interface Rule {
  /** Name that others import it by, for the report. */
  readonly name: string;
  /** Its path in the repository. */
  readonly entry: string;
  /** What modules it must not load have in their address, from the repository's root or `npm:`. */
  readonly without: RegExp;
}

const TFJS = /^npm:\/?@tensorflow\//;

/** The rules of this repository. */
export const RULES: readonly Rule[] = [
  { name: "@heed/engine", entry: "packages/engine/mod.ts", without: TFJS },
  { name: "@heed/engine/worker", entry: "packages/engine/workers/engine_worker.ts", without: TFJS },
  {
    name: "@heed/nn/adapter",
    entry: "packages/nn/adapter.ts",
    without: /^(npm:|packages\/(?!nn\/))/,
  },
  { name: "@heed/seq2seq", entry: "packages/seq2seq/mod.ts", without: TFJS },
  {
    name: "@heed/seq2seq/layers",
    entry: "packages/seq2seq/layers.ts",
    without: /^packages\/engine\//,
  },
  { name: "@heed/bert", entry: "packages/bert/mod.ts", without: TFJS },
  { name: "@heed/translation", entry: "packages/translation/mod.ts", without: TFJS },
  { name: "@heed/visualize", entry: "packages/visualize/mod.ts", without: TFJS },
  { name: "the start of heed", entry: "apps/cli/main.ts", without: TFJS },
];

/** The part of `deno info --json` that is read here. */
export interface ModuleGraph {
  /** The module that was asked for. */
  readonly roots: readonly string[];
  /** Every module, with what it imports. */
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      /** Absent when only types are imported. */
      readonly code?: { readonly specifier?: string };
      readonly isDynamic?: boolean;
    }[];
  }[];
  /** Where an address leads. */
  readonly redirects: Readonly<Record<string, string>>;
}

/** Every module that the root loads, in the order of their distance, and which module loads it first. */
export function loadedModules(
  { roots, modules, redirects }: ModuleGraph,
): Map<string, string | undefined> {
  const byAddress = new Map(modules.map((module) => [module.specifier, module]));
  const loadedBy = new Map<string, string | undefined>(roots.map((root) => [root, undefined]));
  for (const address of loadedBy.keys()) {
    for (const { code, isDynamic } of byAddress.get(address)?.dependencies ?? []) {
      if (code?.specifier === undefined || isDynamic) continue;
      const target = redirects[code.specifier] ?? code.specifier;
      if (!loadedBy.has(target)) loadedBy.set(target, address);
    }
  }
  return loadedBy;
}

/** How an entry point comes to what it must not load, from the first such module on; nothing if it does not. */
export function forbiddenPath(
  graph: ModuleGraph,
  { without, root }: { without: RegExp; root: string },
): string[] {
  const loadedBy = loadedModules(graph);
  const short = (address: string) =>
    address.startsWith(root) ? address.slice(root.length) : address;
  let address = loadedBy.keys().find((address) => without.test(short(address)));
  const path: string[] = [];
  for (; address !== undefined; address = loadedBy.get(address)) path.unshift(short(address));
  return path;
}

async function readGraph(entry: string): Promise<ModuleGraph> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot read the modules of ${entry}: ${decoder.decode(stderr)}`);
  return JSON.parse(decoder.decode(stdout));
}

if (import.meta.main) {
  let failures = 0;
  for (const { name, entry, without } of RULES) {
    const path = forbiddenPath(await readGraph(entry), { without, root: ROOT.href });
    if (path.length === 0) continue;
    failures++;
    console.error(`${name} loads what it must not:\n  ${path.join("\n  imports ")}\n`);
  }
  console.log(`${RULES.length} entry points, ${failures} that load what they must not`);
  if (failures > 0) Deno.exit(1);
}
