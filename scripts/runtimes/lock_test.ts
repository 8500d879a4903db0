/**
 * Node has no locks that end with their process, so that locking is other code there. Left out, with the
 * reason, where there is no Node.
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { bundle } from "./bundle.ts";
import type { LockTask } from "./lock_program.ts";
import { callInNode, findNode } from "./node.ts";

const node = await findNode();
if (node === undefined) console.log("node is not on the PATH: its locks are not tested");

Deno.test({
  name:
    "lockDirectory() in Node takes over from a process that was killed, and not from one that runs",
  ignore: node === undefined,
  async fn() {
    const path = await Deno.makeTempDir({ prefix: "heed-runtimes-" });
    const directory = `${path}/output`, file = `${directory}/.heed-lock.json`;
    await Deno.mkdir(directory);
    const folder = new URL(`file://${path}/`);
    await bundle([new URL("lock_program.ts", import.meta.url)], folder);
    const module = new URL("lock_program.js", folder);
    const lock = (task: LockTask) => callInNode(node!, module, { name: "lock", task });

    assertEquals(await lock({ directory, isKept: false }), "free");
    assertEquals([...Deno.readDirSync(directory)].length, 0);

    const call = `import(${JSON.stringify(module.href)}).then(({ lock }) =>
      lock({ directory: ${JSON.stringify(directory)}, isKept: true }))`;
    const child = new Deno.Command(node!, { args: ["--eval", call], stdout: "piped" }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    assertStringIncludes(
      await lock({ directory, isKept: false }) as string,
      `another process (${child.pid} on ${Deno.hostname()} since `,
    );
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    assertEquals(await lock({ directory, isKept: false }), "free");

    // A process that was killed as it wrote the file: one that is writing it would be done soon.
    await Deno.writeTextFile(file, '{"pid": ');
    assertStringIncludes(await lock({ directory, isKept: false }) as string, "another process");
    await Deno.utime(file, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    assertEquals(await lock({ directory, isKept: false }), "free");

    // Whether a process of another machine runs cannot be told.
    await Deno.writeTextFile(file, JSON.stringify({ pid: 1, host: "elsewhere", since: "then" }));
    assertStringIncludes(await lock({ directory, isKept: false }) as string, "1 on elsewhere");
    await Deno.remove(path, { recursive: true });
  },
});
