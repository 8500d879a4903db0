import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { UsageError } from "./failure.ts";
import { checkOutput, openOutput, writeWhole } from "./output.ts";
import type { OutputFile } from "./output_place.ts";
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
      stat: () => file.stat(),
      tryLock: (exclusive) => file.tryLock(exclusive),
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

Deno.test(
  "openOutput() refuses a file that another process is writing, and replaces what a killed one left",
  inFolder(async (folder) => {
    const path = `${folder}/out.txt`;
    const module = new URL("./output.ts", import.meta.url);
    const code = `import { openOutput } from "${module}";
      const output = await openOutput({}, { path: ${JSON.stringify(path)} });
      await output.write("theirs\\n");
      console.log("writing");
      setInterval(() => {}, 1000);`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", code],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    const error = await assertRejects(
      () => writeWhole(path, "ours\n", { host: fakeHost() }),
      Error,
    );
    assertStringIncludes(error.message, `Cannot write ${path}: another process is writing`);
    assertEquals(await Deno.readTextFile(`${path}.part`), "theirs\n");
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    await writeWhole(path, "ours\n", { host: fakeHost() });
    assertEquals(await Deno.readTextFile(path), "ours\n");
    assertEquals(await names(folder), ["out.txt"]);
  }),
);

Deno.test(
  "openOutput() never writes through a link in the place of FILE.part",
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/precious.txt`, "precious\n");
    await Deno.symlink(`${folder}/precious.txt`, `${folder}/out.txt.part`);
    const write = () => writeWhole(`${folder}/out.txt`, "one\n", { host: fakeHost() });
    await assertRejects(write, Error, "is no plain file; remove it");
    assertEquals(await Deno.readTextFile(`${folder}/precious.txt`), "precious\n");
  }),
);

const rootConfig = new URL("../../deno.json", import.meta.url).pathname;

/** Runs code that may write one file only, as `--allow-write=FILE` permits. */
async function writeInPlace(path: string, body: string): Promise<{ out: string; errors: string }> {
  const module = new URL("./output.ts", import.meta.url);
  const script = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(
    script,
    `import { openOutput } from "${module}";
    const path = ${JSON.stringify(path)};
    const host = { writeError: (text) => console.error(text.trimEnd()) };
    const read = () => console.log(JSON.stringify(Deno.readTextFileSync(path)));
    ${body}`,
  );
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-check", "--no-prompt", "--quiet", "--config", rootConfig],
      ...["--allow-read", `--allow-write=${path}`, script],
    ],
  }).output();
  await Deno.remove(script);
  return { out: new TextDecoder().decode(stdout), errors: new TextDecoder().decode(stderr) };
}

Deno.test(
  "openOutput() that may write its file alone keeps the older one until the new one is whole",
  inFolder(async (folder) => {
    const path = `${folder}/out.txt`;
    await Deno.writeTextFile(path, "old, and longer\n");
    const stopped = await writeInPlace(
      path,
      `{
        await using output = await openOutput(host, { path });
        await output.write("one\\n");
      }
      read();`,
    );
    assertEquals(stopped.out, '"old, and longer\\n"\n');
    assertStringIncludes(stopped.errors, `is not written; with --allow-write=${path},${path}.part`);
    const finished = await writeInPlace(
      path,
      `{
        await using output = await openOutput(host, { path });
        await output.write("one\\n");
        await output.write("two\\n");
        read();
        await output.finish();
      }
      read();`,
    );
    assertEquals(finished, { out: '"old, and longer\\n"\n"one\\ntwo\\n"\n', errors: "" });
  }),
);

Deno.test(
  "openOutput() that may write its file alone says so before it writes over what is too long to keep",
  inFolder(async (folder) => {
    const path = `${folder}/out.txt`;
    await Deno.writeTextFile(path, "old\n");
    const { out, errors } = await writeInPlace(
      path,
      `await using output = await openOutput(host, { path });
      const bytes = new Uint8Array(40 << 20).fill(10);
      await output.write(bytes);
      console.log(Deno.statSync(path).size);
      await output.write(bytes);
      console.log(Deno.statSync(path).size);`,
    );
    assertEquals(out, `4\n${80 << 20}\n`);
    assertStringIncludes(errors, "is written over from here on");
  }),
);

Deno.test(
  "openOutput() that may write its file alone leaves none where there was none",
  inFolder(async (folder) => {
    const path = `${folder}/out.txt`;
    const code = `await using output = await openOutput(host, { path });
      console.log(Deno.statSync(path).size);`;
    assertEquals(await writeInPlace(path, code), { out: "0\n", errors: "" });
    assertEquals(await names(folder), []);
  }),
);

Deno.test({
  name: "heed leaves whole lines in the file that standard output is redirected to when it is full",
  ignore: Deno.build.os === "windows", // no shell that limits the length of files
  fn: inFolder(async (folder) => {
    const input = `${folder}/in.txt`, output = `${folder}/out.txt`;
    await Deno.writeTextFile(input, "Open.\n".repeat(40));
    const main = new URL("./main.ts", import.meta.url).pathname;
    const heed = `"${Deno.execPath()}" run --no-prompt --quiet --allow-read ${main}`;
    const tokenizer = new URL("../../packages/model-en-de/model", import.meta.url).pathname;
    const { code, stderr } = await new Deno.Command("sh", {
      // Ignored, or the signal would end the command before the write can fail.
      args: [
        "-c",
        `trap "" XFSZ; ulimit -f 1
        ${heed} tokenize encode --json --tokenizer ${tokenizer} < ${input} > ${output}`,
      ],
    }).output();
    assertStringIncludes(
      new TextDecoder().decode(stderr),
      "Cannot write standard output: File too large",
    );
    assertEquals(code, 1);
    const text = await Deno.readTextFile(output);
    const lines = text.split("\n");
    assertEquals(lines.at(-1), "");
    assertEquals([...new Set(lines.slice(0, -1))], [lines[0]]);
    assertEquals(JSON.parse(lines[0]).tokens.length > 1, true);
  }),
});
