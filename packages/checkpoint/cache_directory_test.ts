import { assertEquals, assertThrows } from "@std/assert";
import { cacheDirectory } from "./cache_directory.ts";

const VARIABLES = ["HEED_CACHE_DIR", "XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"] as const;

/** Runs a test with these variables and no others of those that count. */
function withEnvironment(
  values: Partial<Record<typeof VARIABLES[number], string>>,
  test: () => void,
) {
  const before = VARIABLES.map((name) => [name, Deno.env.get(name)] as const);
  try {
    for (const name of VARIABLES) {
      const value = values[name];
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
    test();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

Deno.test("cacheDirectory() asks HEED_CACHE_DIR before the system's variables", () => {
  const HOME = "/home/ada";
  withEnvironment({ HEED_CACHE_DIR: "/kept/", XDG_CACHE_HOME: "/xdg", HOME }, () => {
    assertEquals(cacheDirectory(), "/kept");
  });
  withEnvironment(
    { XDG_CACHE_HOME: "/xdg", HOME },
    () => assertEquals(cacheDirectory(), "/xdg/heed"),
  );
  withEnvironment({ LOCALAPPDATA: "C:\\Local\\" }, () => {
    assertEquals(cacheDirectory(), "C:\\Local/heed");
  });
  withEnvironment({ HOME }, () => {
    const folder = Deno.build.os === "darwin" ? "Library/Caches" : ".cache";
    assertEquals(cacheDirectory(), `${HOME}/${folder}/heed`);
  });
});

Deno.test("cacheDirectory() says what to set when nothing tells", () => {
  withEnvironment({}, () => {
    assertThrows(() => cacheDirectory(), Error, "set HEED_CACHE_DIR");
  });
});
