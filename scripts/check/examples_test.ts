import { assertEquals } from "@std/assert";
import { findUnshown } from "./examples.ts";

const jsDoc = (doc?: string) => ({ tags: doc === undefined ? [] : [{ kind: "example", doc }] });
const declaration = (line: number, doc?: string) => ({
  kind: "function",
  declarationKind: "export",
  location: { filename: "file:///r/a.ts", line },
  jsDoc: jsDoc(doc),
});

Deno.test("findUnshown() names functions and classes without an example that asserts", () => {
  const symbol = (name: string, ...declarations: ReturnType<typeof declaration>[]) => ({
    name,
    declarations,
  });
  const symbols = [
    symbol("shown", declaration(1, "assertEquals(shown(), 1);")),
    symbol("bare", declaration(2)),
    symbol("printed", declaration(3, "console.log(printed.name);")),
    symbol("overloaded", declaration(4), declaration(5, "assert(overloaded());")),
    symbol("Type", { ...declaration(6), kind: "interface" }),
    symbol("_private", declaration(7)),
    symbol("Class", {
      ...declaration(8),
      kind: "class",
      ...{ def: { methods: [{ jsDoc: jsDoc("assert(new Class().works());") }] } },
    }),
  ];
  symbols.push(symbol("Made", {
    ...declaration(9),
    kind: "class",
    ...{ def: { constructors: [{ jsDoc: jsDoc("assert(new Made());") }] } },
  }));
  const again = [symbol("bare", declaration(2))]; // from another entry point
  const found = findUnshown({
    nodes: {
      "a.ts": { symbols, module_doc: jsDoc("assertEquals(shown(), 1);") },
      "b.ts": { symbols: again, module_doc: jsDoc("console.log(1);") },
    },
  });
  assertEquals(found.map(({ name, reason }) => `${name} ${reason}`), [
    "the module has an example that asserts nothing",
    "bare has no example",
    "printed has an example that asserts nothing",
  ]);
});
