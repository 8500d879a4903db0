import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openWeights, writeSafetensors } from "@heed/checkpoint";
import { formatBytes } from "./bytes.ts";
import { run } from "./program.ts";
import { fakeHost, type FakeHostOptions } from "./testing/fake_host.ts";

const NAME = "Helsinki-NLP/opus-mt-en-fr";
const COMMIT = "0123456789abcdef0123456789abcdef01234567";

interface Bench {
  /** Folder for outputs; the cache is in it. */
  readonly folder: string;
  /** Paths that the hub was asked for. */
  readonly asked: string[];
  heed(
    args: readonly string[],
    options?: FakeHostOptions,
  ): Promise<{ exitCode: number; out: string; errors: string; loaded: { model: unknown }[] }>;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Runs a test with a hub that has one model, and an empty cache. */
function withHub(test: (bench: Bench) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = await Deno.makeTempDir();
    const model = `${folder}/published`;
    await Deno.mkdir(model);
    await Deno.writeTextFile(`${model}/config.json`, '{"model_type": "marian"}');
    await writeSafetensors(`${model}/model.safetensors`, [
      { name: "weight", dtype: "F32", shape: [32, 32], data: new Float32Array(1024).fill(0.5) },
    ]);
    const names = ["config.json", "model.safetensors"];
    const siblings = await Promise.all(names.map(async (rfilename) => {
      const bytes = await Deno.readFile(`${model}/${rfilename}`);
      const size = bytes.length;
      return { rfilename, size, lfs: { size, sha256: await sha256(bytes) } };
    }));
    const asked: string[] = [];
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      if (pathname === `/api/models/${NAME}/revision/main`) {
        return Response.json({ sha: COMMIT, siblings, tags: ["license:apache-2.0"] });
      }
      if (pathname === "/api/models") return Response.json([{ id: NAME, downloads: 12 }]);
      const file = pathname.replace(`/${NAME}/resolve/${COMMIT}/`, "");
      if (!names.includes(file)) return new Response("none", { status: 404 });
      return new Response(Deno.readFileSync(`${model}/${file}`));
    });
    const variables = {
      HEED_CACHE_DIR: `${folder}/cache`,
      HF_ENDPOINT: `http://127.0.0.1:${server.addr.port}`,
    };
    try {
      await test({
        folder,
        asked,
        async heed(args, options = {}) {
          const environment = { ...variables, ...options.environment };
          const host = fakeHost({ ...options, environment });
          const exitCode = await run(args, host);
          return { exitCode, out: host.out(), errors: host.errors(), loaded: host.loaded };
        },
      });
    } finally {
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    }
  };
}

const directoryOf = (folder: string) =>
  `${folder}/cache/hub/huggingface/Helsinki-NLP--opus-mt-en-fr/${COMMIT}`;

Deno.test(
  "heed models pulls, lists, shows and removes",
  withHub(async ({ folder, asked, heed }) => {
    const directory = directoryOf(folder);
    const before = await heed(["models", "show", NAME]);
    assertMatch(before.out, /^licence +apache-2\.0$/m);
    assertMatch(before.out, /^folder +not in the cache$/m);
    assertMatch(before.out, /^model\.safetensors +4\.2 KB$/m);
    assertEquals(await heed(["models", "pull", NAME]), {
      exitCode: 0,
      out: `${directory}\n`,
      errors: "",
      loaded: [],
    });
    asked.length = 0;
    const listed = await heed(["models", "list"]);
    assertEquals(listed.out, `${NAME}  main  0123456789ab  4.2 KB\n`);
    const { name, bytes } = JSON.parse((await heed(["models", "list", "--json"])).out);
    assertEquals([name, formatBytes(bytes)], [NAME, "4.2 KB"]);
    assertStringIncludes((await heed(["models", "show", NAME])).out, directory);
    const removed = await heed(["models", "remove", NAME]);
    assertEquals(removed.out, `${NAME} is removed: 4.2 KB\n`);
    const after = await heed(["models", "list"]);
    assertEquals([after.out, after.errors], ["", "heed: no published model is in the cache\n"]);
    assertEquals(asked, []);
    const again = await heed(["models", "remove", NAME]);
    assertEquals(again.exitCode, 1);
    assertStringIncludes(again.errors, "heed: Cannot remove Helsinki-NLP/opus-mt-en-fr: it is not");
  }),
);

Deno.test(
  "heed models search names what the hub has",
  withHub(async ({ heed }) => {
    assertEquals((await heed(["models", "search", "en", "fr"])).out, `${NAME}  12 a month\n`);
    const json = await heed(["models", "search", "en-fr", "--json"]);
    assertEquals(JSON.parse(json.out), { name: NAME, downloads: 12 });
  }),
);

Deno.test(
  "heed models convert makes a folder of another type, and no half one",
  withHub(async ({ folder, heed }) => {
    const dtypeOf = async (directory: string) => {
      await using reader = await openWeights(directory);
      return reader.info("weight").dtype;
    };
    const output = `${folder}/en-fr`;
    const args = ["models", "convert", NAME, "--yes", "--dtype", "int8", "--output", `${output}/`];
    const { exitCode, out, errors } = await heed(args);
    assertEquals([exitCode, out, errors], [0, `${output}\n`, ""]);
    assertEquals(await dtypeOf(output), "I8");
    const there = await heed(args);
    assertEquals(there.exitCode, 2);
    assertStringIncludes(there.errors, `Cannot convert into ${output}: it exists`);
    const beside = await heed(["models", "convert", output, "--dtype", "fp16"]);
    assertEquals(beside.out, `${output}-fp16\n`);
    assertEquals(await dtypeOf(`${output}-fp16`), "F16");
    await Deno.writeTextFile(`${output}/model.safetensors`, "damaged");
    const failed = await heed(["models", "convert", output, "--dtype", "fp32"]);
    assertEquals(failed.exitCode, 1);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      ...["cache", "en-fr", "en-fr-fp16", "published"],
    ]);
  }),
);

Deno.test(
  "heed translate --model NAME fetches with --yes, and then finds it in the cache",
  withHub(async ({ folder, asked, heed }) => {
    const refused = await heed(["translate", "--model", NAME, "a"]);
    assertEquals([refused.exitCode, refused.out, asked], [2, "", []]);
    assertStringIncludes(refused.errors, `add --yes to fetch it, or run heed models pull ${NAME}`);
    const { exitCode, out, errors, loaded } = await heed([
      "translate",
      "--model",
      NAME,
      "--yes",
      "a",
    ]);
    assertEquals([exitCode, out, errors], [0, "A\n", ""]);
    assertEquals((loaded[0]!.model as { path: string }).path, directoryOf(folder));
    asked.length = 0;
    assertEquals((await heed(["translate", "--model", NAME, "a"])).exitCode, 0);
    assertEquals(asked, []);
  }),
);

Deno.test(
  "heed translate asks on a terminal before it fetches",
  withHub(async ({ heed, asked }) => {
    const ask = (answer: string) =>
      heed(["translate", "--model", NAME, "a"], { stderrIsTerminal: true, answers: [answer] });
    for (const answer of ["", "n", "maybe"]) {
      const { exitCode, errors } = await ask(answer);
      assertEquals(exitCode, 2);
      assertMatch(
        errors,
        /opus-mt-en-fr is not in the cache: 2 files, 4\.2 KB from 127\.0\.0\.1:\d+, licence apache-2\.0\. Fetch it\? \[y\/N\] /,
      );
      assertStringIncludes(errors, "it is not fetched");
    }
    assertEquals(asked.some((path) => path.includes("/resolve/")), false);
    assertEquals((await ask("y")).out, "A\n");
  }),
);

Deno.test(
  "heed takes a folder before a name, and never writes into the cache",
  withHub(async ({ folder, heed }) => {
    const nowhere = await heed(["translate", "--model", `${folder}/Helsinki-NLP/none`, "a"]);
    assertEquals(nowhere.exitCode, 1);
    assertStringIncludes(nowhere.errors, "there is no such folder");
    const offline = await heed(["translate", "--model", NAME, "--yes", "a"], {
      environment: { HF_HUB_OFFLINE: "1" },
    });
    assertEquals(offline.exitCode, 1);
    assertStringIncludes(offline.errors, "HF_HUB_OFFLINE forbids the network");
    const gold = `${folder}/gold.tsv`;
    await Deno.writeTextFile(gold, "a\tb\t0-0\n");
    for (const args of [["align", "--gold", gold], ["calibrate", "--data", gold]]) {
      const { exitCode, errors } = await heed([...args, "--model", NAME, "--write"]);
      assertEquals(exitCode, 2);
      assertStringIncludes(errors, `heed models convert ${NAME} --dtype fp32 --output DIR`);
    }
  }),
);

Deno.test(
  "heed says which published models may translate what no shipped one does",
  withHub(async ({ heed, asked }) => {
    const { exitCode, errors } = await heed(["translate", "--from", "en", "--to", "fr", "a"]);
    assertEquals(exitCode, 2);
    assertStringIncludes(
      errors,
      `of published models try --model ${NAME} or --model firefox:en-fr`,
    );
    const guess = await heed(["translate", "--from", "english", "--to", "german", "a"]);
    assertEquals(guess.exitCode, 2);
    assert(!guess.errors.includes("published models"), guess.errors);
    const registry = await heed(["models", "pull", "firefox:en-fr"]);
    assertStringIncludes(registry.errors, "Mozilla's own hosting is for Firefox");
    assertEquals(asked, []);
  }),
);

Deno.test(
  "heed translate goes by way of English where both halves are here",
  withHub(async ({ folder, heed }) => {
    const ask = ["translate", "--from", "de", "--to", "fr", "a"];
    const without = await heed(ask);
    assertEquals(without.exitCode, 2);
    assertStringIncludes(without.errors, "Cannot translate from de to fr");
    await heed(["models", "pull", NAME]);
    const languages = [{ source: "de", target: "en" }, { source: "en", target: "fr" }];
    const { exitCode, out, errors, loaded } = await heed(ask, { languages });
    assertEquals([exitCode, errors, loaded.length], [0, "", 2]);
    assertEquals(out, "A\n");
    assertStringIncludes(String((loaded[0]!.model as { path: unknown }).path), "de-en");
    assertEquals((loaded[1]!.model as { path: string }).path, directoryOf(folder));
    const attention = await heed([...ask, "--json", "--attention"], { languages });
    assertEquals(attention.exitCode, 1);
    assertStringIncludes(attention.errors, "Cannot show attention through two models");
  }),
);

Deno.test("formatBytes() rounds to what a person reads", () => {
  const cases = { 0: "0 bytes", 999: "999 bytes", 1000: "1.0 KB", 9949: "9.9 KB", 9950: "10 KB" };
  for (const [bytes, text] of Object.entries(cases)) assertEquals(formatBytes(Number(bytes)), text);
  assertEquals(formatBytes(302_000_000), "302 MB");
  assertEquals(formatBytes(999_600_000), "1.0 GB");
});
