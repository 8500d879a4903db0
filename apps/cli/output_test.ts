import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { UsageError } from "./failure.ts";
import { checkOutput, openOutput, type OutputFile, writeWhole } from "./output.ts";
import { run } from "./program.ts";
import { fakeHost } from "./testing/fake_host.ts";

/** Runs a test in a folder of its own. */
function inFolder(test: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = await Deno.makeTempDir();
    try {
      await test(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
}

const names = async (folder: string) =>
  (await Array.fromAsync(Deno.readDir(folder), ({ name }) => name)).sort();

for (const kind of ["hard", "symbolic"] as const) {
  Deno.test(
    `heed translate does not write through a ${kind} link to its input`,
    inFolder(async (folder) => {
      const [input, output] = [`${folder}/in.txt`, `${folder}/out.txt`];
      await Deno.writeTextFile(input, "one\n");
      await (kind === "hard" ? Deno.link : Deno.symlink)(input, output);
      const host = fakeHost();
      const exitCode = await run(["translate", "--input", input, "--output", output], host);
      assertEquals(exitCode, 2);
      assertStringIncludes(host.errors(), "it is the input");
      assertEquals(await Deno.readTextFile(input), "one\n");
    }),
  );
}

Deno.test(
  "heed translate does not write to the file that standard input reads",
  inFolder(async (folder) => {
    const input = `${folder}/in.txt`;
    await Deno.writeTextFile(input, "one\n");
    const host = fakeHost({ stdin: "one\n", stdinFile: input });
    assertEquals(await run(["translate", "--output", input], host), 2);
    assertStringIncludes(host.errors(), "standard input reads it");
    assertEquals(await Deno.readTextFile(input), "one\n");
    // Of texts that are given, standard input is not read.
    assertEquals(await run(["translate", "--output", input, "a"], host), 0);
    assertEquals(await Deno.readTextFile(input), "A\n");
  }),
);

Deno.test(
  "heed in a shell finds the file behind standard input, with no other permission",
  inFolder(async (folder) => {
    const input = `${folder}/in.txt`;
    await Deno.writeTextFile(input, "one\n");
    const main = new URL("./main.ts", import.meta.url).pathname;
    const deno =
      `"${Deno.execPath()}" run --no-prompt --quiet --allow-read --allow-write=${folder}`;
    const { code, stderr } = await new Deno.Command("sh", {
      args: ["-c", `${deno} ${main} translate --output ${input} < ${input}`],
    }).output();
    assertStringIncludes(new TextDecoder().decode(stderr), "standard input reads it");
    assertEquals([code, await Deno.readTextFile(input)], [2, "one\n"]);
  }),
);

Deno.test(
  "heed tokenize train does not write to what it reads",
  inFolder(async (folder) => {
    const [input, output] = [`${folder}/in.txt`, `${folder}/out.spm`];
    await Deno.writeTextFile(input, "one two\n");
    await Deno.link(input, output);
    const host = fakeHost();
    const args = ["--type", "unigram", "--vocab-size", "300", "--input", input];
    assertEquals(await run(["tokenize", "train", ...args, "--output", output], host), 2);
    assertStringIncludes(host.errors(), "it is the input");
    assertEquals(await Deno.readTextFile(input), "one two\n");
  }),
);

Deno.test(
  "heed translate empties no file when the model cannot be loaded",
  inFolder(async (folder) => {
    const output = `${folder}/out.txt`;
    await Deno.writeTextFile(output, "precious\n");
    const host = fakeHost();
    const broken = {
      ...host,
      loadTranslator: () => Promise.reject(new RangeError("Cannot load the model")),
    };
    assertEquals(await run(["translate", "--output", output, "a"], broken), 1);
    const confidence = ["translate", "--confidence", "--output", output, "a"];
    assertEquals(await run(confidence, fakeHost()), 1);
    assertEquals(await Deno.readTextFile(output), "precious\n");
    assertEquals(await names(folder), ["out.txt"]);
  }),
);

Deno.test(
  "openOutput() replaces a file at the end only",
  inFolder(async (folder) => {
    const path = `${folder}/out.txt`;
    await Deno.writeTextFile(path, "old\n");
    const host = fakeHost();
    {
      await using output = await openOutput(host, { path });
      await output.write("one\n");
      assertEquals(await Deno.readTextFile(path), "old\n");
      await output.finish();
    }
    assertEquals([await Deno.readTextFile(path), host.errors()], ["one\n", ""]);
    assertEquals(await names(folder), ["out.txt"]);
  }),
);

Deno.test(
  "openOutput() that is not finished keeps the older file and what was written",
  inFolder(async (folder) => {
    const path = `${folder}/out.txt`;
    await Deno.writeTextFile(path, "old\n");
    const host = fakeHost();
    {
      await using output = await openOutput(host, { path });
      await output.write("one\n");
    }
    assertEquals(await Deno.readTextFile(path), "old\n");
    assertEquals(await Deno.readTextFile(`${path}.part`), "one\n");
    assertStringIncludes(host.errors(), "is not written; what there is so far is in");
  }),
);

Deno.test(
  "openOutput() that is not finished gives nothing the name, where no file stood either",
  inFolder(async (folder) => {
    const path = `${folder}/out.txt`;
    {
      await using output = await openOutput(fakeHost(), { path });
      await output.write("one\n");
    }
    assertEquals(await Deno.readTextFile(`${path}.part`), "one\n");
    {
      await using _ = await openOutput(fakeHost(), { path: `${folder}/empty.txt` });
    }
    assertEquals(await names(folder), ["out.txt.part"]);
  }),
);

/** Opens files on a disk that holds so many bytes. */
function fullDisk(capacity: number) {
  return async (path: string, options: Deno.OpenOptions): Promise<OutputFile> => {
    const file = await Deno.open(path, options);
    let left = capacity;
    return {
      async write(bytes) {
        if (left === 0) throw Object.assign(new Error("os error 28"), { code: "ENOSPC" });
        const written = await file.write(bytes.subarray(0, left));
        left -= written;
        return written;
      },
      // A file that is opened without "append" goes on where it was; nothing is written after this.
      truncate: (length) => file.truncate(length),
      syncData: () => file.syncData(),
      close: () => file.close(),
    };
  };
}

Deno.test(
  "openOutput() leaves whole lines on a full disk, and says what to do",
  inFolder(async (folder) => {
    const path = `${folder}/out.json`;
    const write = async () => {
      await using output = await openOutput(fakeHost(), { path, open: fullDisk(20) });
      await output.write('{"a": 1}\n');
      await output.write('{"a": 2}\n');
      await output.write('{"a": 3}\n');
    };
    const error = await assertRejects(write, Error, `Cannot write ${path}: the disk is full; free`);
    assertEquals((error.cause as { code: string }).code, "ENOSPC");
    assertEquals(await Deno.readTextFile(`${path}.part`), '{"a": 1}\n{"a": 2}\n');
  }),
);

Deno.test({
  name: "openOutput() writes to devices in place",
  ignore: Deno.build.os !== "linux", // no /dev/full elsewhere
  async fn() {
    await writeWhole("/dev/null", "one\n", { host: fakeHost() });
    const write = () => writeWhole("/dev/full", "one\n", { host: fakeHost() });
    await assertRejects(write, Error, "Cannot write /dev/full: the disk is full");
  },
});

Deno.test(
  "checkOutput() refuses an input that the output would be written beside",
  inFolder(async (folder) => {
    const part = `${folder}/out.txt.part`;
    await Deno.writeTextFile(part, "one\n");
    const check = checkOutput(fakeHost(), { path: `${folder}/out.txt`, paths: [part] });
    await assertRejects(() => check, UsageError, "it is the input");
  }),
);
