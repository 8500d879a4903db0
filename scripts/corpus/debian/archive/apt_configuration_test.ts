import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { missingIndexes } from "./archive.ts";
import {
  aptConfiguration,
  INDEX_TARGET_FORMAT,
  parseIndexTargets,
  sourcesList,
} from "./apt_configuration.ts";

const machine = `APT::Architecture "amd64";
APT::Update::Post-Invoke:: "rm something";
Acquire "";
Acquire::http::Proxy "http://127.0.0.1:3142";
Acquire::Languages:: "none";
Acquire::IndexTargets::deb::DEP-11 "";
`;

Deno.test("aptConfiguration() takes over how the archive is reached, and nothing else", () => {
  const text = aptConfiguration({ root: "/cache/apt", languages: ["en", "pt_BR"], machine });
  assertStringIncludes(text, 'Acquire::http::Proxy "http://127.0.0.1:3142";');
  assertStringIncludes(text, 'Acquire::Languages { "en"; "pt_BR"; };');
  assertStringIncludes(text, 'Dir::State::lists "/cache/apt/state/lists";');
  for (const other of ["Post-Invoke", '"none"', "DEP-11"]) {
    assertEquals(text.includes(other), false, other);
  }
});

Deno.test("aptConfiguration() refuses a folder that would end the quotation", () => {
  assertThrows(
    () => aptConfiguration({ root: '/a"; APT::Hook "x', languages: [], machine }),
    RangeError,
    "choose a folder without quotes",
  );
});

function target(kind: string, uri: string, release: string): string {
  return `${kind}\tamd64\t$(LANGUAGE)\t/lists/x\t${uri}\t${release}\tmain`;
}

Deno.test("parseIndexTargets() empties the fields that apt does not know", () => {
  assertEquals(INDEX_TARGET_FORMAT.split("\t").length, 7);
  const [parsed] = parseIndexTargets(
    target("Packages", "http://archive.example/debian/", "bookworm"),
  );
  assertEquals(parsed.language, "");
  assertEquals(parsed.architecture, "amd64");
});

Deno.test("missingIndexes() names what has not been fetched", () => {
  const text = `${target("Packages", "http://archive.example/debian/", "bookworm")}
Translations\t\ten\t/lists/y\thttp://archive.example/debian/\tbookworm\tmain`;
  const missing = missingIndexes(parseIndexTargets(text), ["en", "ja"]);
  assertEquals(missing, ["Contents", "Translation-ja"]);
});

Deno.test("sourcesList() chooses the release itself", () => {
  const targets = parseIndexTargets([
    target("Packages", "http://tools.example/node", "nodistro"),
    target("Packages", "http://archive.example/debian-security/", "bookworm-security"),
    target("Packages", "http://archive.example/debian/", "bookworm-updates"),
    target("Packages", "http://archive.example/debian/", "bookworm"),
  ].join("\n"));
  assertEquals(
    sourcesList({ targets, keyring: "/keys.gpg" }),
    "deb [signed-by=/keys.gpg] http://archive.example/debian/ bookworm main\n",
  );
  assertThrows(() => sourcesList({ targets: targets.slice(0, 3) }), RangeError, "--sources-list");
});
