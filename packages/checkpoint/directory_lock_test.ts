import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { withFolder } from "./_fixtures_test.ts";
import { lockDirectory } from "./directory_lock.ts";

Deno.test(
  "lockDirectory() says who writes, and lets go",
  withFolder(async (folder) => {
    {
      using lock = await lockDirectory(folder);
      const { pid, since } = JSON.parse(await Deno.readTextFile(lock.path!));
      assertEquals(pid, Deno.pid);
      const error = await assertRejects(() => lockDirectory(folder), Error);
      assertStringIncludes(error.message, `another process (${Deno.pid} on `);
      assertStringIncludes(error.message, ` since ${since}) writes in it`);
    }
    (await lockDirectory(folder))[Symbol.dispose]();
    assertEquals([...Deno.readDirSync(folder)].length, 0);
  }),
);

Deno.test(
  "lockDirectory() takes over from a process that was killed, and not from one that runs",
  withFolder(async (folder) => {
    const module = new URL("./directory_lock.ts", import.meta.url);
    const code = `import { lockDirectory } from "${module}";
      await lockDirectory(${JSON.stringify(folder)});
      console.log("locked");
      setInterval(() => {}, 1000);`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", code],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    await assertRejects(() => lockDirectory(folder), Error, `another process (${child.pid} on `);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    (await lockDirectory(folder))[Symbol.dispose]();
  }),
);

Deno.test(
  "lockDirectory() waits as long as it is told",
  withFolder(async (folder) => {
    const first = await lockDirectory(folder);
    await assertRejects(() => lockDirectory(folder, { waitMs: 60 }), Error, "another process");
    const second = lockDirectory(folder, { waitMs: Infinity });
    first[Symbol.dispose]();
    first[Symbol.dispose](); // does nothing to the second's
    using lock = await second;
    assertEquals(JSON.parse(await Deno.readTextFile(lock.path!)).pid, Deno.pid);
    const signal = AbortSignal.abort(new Error("enough"));
    await assertRejects(() => lockDirectory(folder, { waitMs: Infinity, signal }), Error, "enough");
  }),
);
