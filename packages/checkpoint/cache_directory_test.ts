import { assertEquals, assertThrows } from "@std/assert";
import { cacheDirectory } from "./cache_directory.ts";
import { files } from "./files.ts";

/**
 * Runs a test where the environment has these variables and no others. The process's own is left alone: tests that run
 * beside this one share it.
 */
function withEnvironment(values: Readonly<Record<string, string>>, test: () => void) {
  const { environment } = files;
  files.environment = (name) => values[name];
  try {
    test();
  } finally {
    files.environment = environment;
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
