/**
 * Looks for public functions and classes without an example, and for examples, of modules too, that
 * assert nothing: they run as tests, and a test that cannot fail shows nothing.
 *
 *     deno run --allow-read --allow-run scripts/check/examples.ts
 *
 * Prints `file:line: name` for each, and exits with 1 if there is any.
 */
import { entryPoints } from "./entry_points.ts";
import { ROOT } from "./source_files.ts";

interface JsDoc {
  readonly tags?: readonly { readonly kind: string; readonly doc?: string }[];
}

interface Declaration {
  readonly kind: string;
  readonly declarationKind: string;
  readonly location: { readonly filename: string; readonly line: number };
  readonly jsDoc?: JsDoc;
  readonly def?: {
    readonly constructors?: readonly { readonly jsDoc?: JsDoc }[];
    readonly methods?: readonly { readonly jsDoc?: JsDoc }[];
  };
}

/** The part of `deno doc --json` that is read here. */
export interface Documentation {
  readonly nodes: Readonly<
    Record<string, {
      readonly module_doc?: JsDoc;
      readonly symbols: readonly {
        readonly name: string;
        readonly declarations: readonly Declaration[];
      }[];
    }>
  >;
}

/** A function, class or module that is not shown as it should be. */
export interface Unshown {
  /** Address of its file and its line. */
  readonly at: string;
  readonly name: string;
  readonly reason: "has no example" | "has an example that asserts nothing";
}

const examplesOf = ({ jsDoc }: { jsDoc?: JsDoc }) =>
  (jsDoc?.tags ?? []).filter(({ kind }) => kind === "example").map(({ doc = "" }) => doc);

/** Functions and classes without a real example; that of a constructor or a method serves its class. */
export function findUnshown({ nodes }: Documentation): Unshown[] {
  const found = new Map<string, Unshown>();
  for (const { name, declarations } of Object.values(nodes).flatMap(({ symbols }) => symbols)) {
    // Of overloads one is enough. What begins with "_" is public to the tests alone.
    const shown = declarations.filter(({ kind, declarationKind }) =>
      (kind === "function" || kind === "class") && declarationKind === "export"
    );
    if (shown.length === 0 || name.startsWith("_")) continue;
    const examples = shown.flatMap((declaration) =>
      [
        declaration,
        ...declaration.def?.constructors ?? [],
        ...declaration.def?.methods ?? [],
      ].flatMap(examplesOf)
    );
    if (examples.some((example) => /\bassert/.test(example))) continue;
    const { filename, line } = shown[0].location;
    const reason = examples.length === 0 ? "has no example" : "has an example that asserts nothing";
    found.set(`${filename}:${line}`, { at: `${filename}:${line}`, name, reason });
  }
  for (const [at, { module_doc }] of Object.entries(nodes)) {
    const examples = examplesOf({ jsDoc: module_doc });
    if (examples.length === 0 || examples.some((example) => /\bassert/.test(example))) continue;
    found.set(at, { at, name: "the module", reason: "has an example that asserts nothing" });
  }
  return [...found.values()].sort((a, b) => (a.at < b.at ? -1 : 1));
}

if (import.meta.main) {
  const paths = (await entryPoints()).map(({ path }) => path);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...paths],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot read the documentation: ${decoder.decode(stderr)}`);
  const unshown = findUnshown(JSON.parse(decoder.decode(stdout)));
  for (const { at, name, reason } of unshown) {
    console.error(`${at.replace(ROOT.href, "")}: ${name} ${reason}`);
  }
  console.log(
    `${paths.length} entry points, ${unshown.length} functions, classes and modules not shown`,
  );
  if (unshown.length > 0) Deno.exit(1);
}
