import { assertEquals } from "@std/assert";
import { forbiddenPath, loadedModules, type ModuleGraph } from "./module_graph.ts";

/** A graph whose modules import others: at once, later (`~`), or only for their types (`?`). */
function graph(imports: Record<string, string[]>): ModuleGraph {
  const address = (name: string) => name.startsWith("npm:") ? name : `file:///r/${name}`;
  return {
    roots: [address(Object.keys(imports)[0])],
    modules: Object.entries(imports).map(([name, targets]) => ({
      specifier: address(name),
      dependencies: targets.map((target) => {
        const code = { specifier: address(target.replace(/^[~?]/, "")) };
        return target.startsWith("?") ? {} : { code, isDynamic: target.startsWith("~") };
      }),
    })),
    redirects: { "npm:b": "npm:/b@1.0.0" },
  };
}

const root = "file:///r/";

Deno.test("loadedModules() follows what is loaded at once, and circles once", () => {
  const found = loadedModules(graph({
    "a.ts": ["b.ts", "~later.ts", "?types.ts"],
    "b.ts": ["c.ts", "a.ts"],
    "c.ts": [],
    "later.ts": ["d.ts"],
    "types.ts": ["e.ts"],
  }));
  assertEquals([...found.keys()], ["a.ts", "b.ts", "c.ts"].map((name) => root + name));
});

Deno.test("forbiddenPath() tells the shortest way to a module", () => {
  const found = graph({
    "a.ts": ["b.ts", "c.ts"],
    "b.ts": ["d.ts"],
    "c.ts": ["npm:b"],
    "d.ts": ["c.ts"],
  });
  assertEquals(forbiddenPath(found, { without: /^npm:\/b@/, root }), [
    "a.ts",
    "c.ts",
    "npm:/b@1.0.0",
  ]);
  assertEquals(forbiddenPath(found, { without: /^e\.ts/, root }), []);
});
