/**
 * Shows that the server runs on Deno Deploy: by Deno 2.5, without unstable flags, workers, or a disk to write to, in less
 * than 512 MB, with models that are loaded from the deployment's files when somebody asks.
 *
 *     deno task deploy:check
 *
 * Fetches that Deno by npx. Exits with 1 where something is not so.
 */
import { ROOT } from "../check/source_files.ts";

/** The oldest that Deploy is known to have run. */
const DENO = "deno@2.5.6";
const MEMORY_LIMIT = 512e6;
const SIZE_LIMIT = 1e9;
/** Milliseconds after which Deploy ends a process that it has told to end. */
const PATIENCE = 5000;

/** What the server finds before itself: Deploy does not say that there are workers. */
const PRELOAD =
  `globalThis.Worker = class { constructor() { throw new Error("no workers here"); } };
delete globalThis.SharedArrayBuffer;`;

async function output(command: string, args: string[], cwd: string | URL = ROOT): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  if (success) return text.decode(stdout);
  throw new Error(`Cannot run ${command} ${args[0]}: ${text.decode(stderr)}`);
}

/** Copies what a deployment consists of: the files of the repository. */
async function copyFiles(folder: string): Promise<number> {
  const list = await output("git", ["-c", "safe.directory=*", "ls-files", "-z"]);
  let bytes = 0;
  for (const path of list.split("\0").filter((path) => path !== "")) {
    const target = `${folder}/${path}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    await Deno.copyFile(new URL(encodeURI(path), ROOT), target);
    bytes += (await Deno.stat(target)).size;
  }
  return bytes;
}

/** Most bytes of memory that a process has had; Linux counts them. */
async function mostMemory(pid: number): Promise<number> {
  const line = await output("grep", ["VmHWM", `/proc/${pid}/status`]);
  return Number(/(\d+) kB/.exec(line)![1]) * 1024;
}

/** What of `Deno` the server may use that this Deno lacks. */
async function missingApis(deno: string, folder: string, main: string): Promise<string[]> {
  const { modules } = JSON.parse(await output(deno, ["info", "--json", main], folder)) as {
    modules: { local?: string }[];
  };
  const used = new Set<string>();
  for (const { local } of modules) {
    if (!local?.startsWith(folder)) continue; // others run elsewhere too, and look before they use
    for (const [, name] of (await Deno.readTextFile(local)).matchAll(/(?<!\* .*)\bDeno\.(\w+)/g)) {
      used.add(name);
    }
  }
  const known = (await output(deno, ["eval", "console.log(Object.keys(Deno).join())"])).trim();
  // What this Deno has not either is the name of a type.
  return [...used].filter((name) => name in Deno && !known.split(",").includes(name));
}

/** The first line that a program writes with this in it; the rest is read and dropped. */
async function lineWith(part: string, stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const decoder = new TextDecoderStream() as TransformStream<Uint8Array, string>;
  const reader = stream.pipeThrough(decoder).getReader();
  while (true) {
    const { done, value } = await reader.read();
    if (done) {
      throw new Error(`Cannot start the server: it ended after saying ${text || "nothing"}`);
    }
    text += value;
    const line = text.split("\n").slice(0, -1).find((line) => line.includes(part));
    if (line === undefined) continue;
    (async () => {
      while (!(await reader.read()).done);
    })();
    return line;
  }
}

const problems: string[] = [];
function check(what: string, isSo: boolean): void {
  console.log(`${isSo ? "yes" : "NO "}  ${what}`);
  if (!isSo) problems.push(what);
}

async function checkServer(address: string, pid: number): Promise<void> {
  const loaded = async () =>
    (await (await fetch(`${address}metrics`)).text()).match(/^heed_models_loaded (\d+)/m)?.[1];
  const translate = async (q: string, source: string, target: string) => {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ q, source, target });
    const answer = await fetch(`${address}translate`, { method: "POST", headers, body });
    return (await answer.json()).translatedText;
  };
  for (const path of ["", "page.js", "browser/worker.js", "health", "languages"]) {
    const answer = await fetch(address + path);
    await answer.arrayBuffer();
    check(`GET /${path} answers ${answer.status}`, answer.status === 200);
  }
  check("no model is loaded before somebody asks", await loaded() === "0");
  const german = await translate("Open the file.", "en", "de");
  check(`it translates: ${german}`, german === "Öffnen Sie die Datei.");
  check("that model is loaded, and no other", await loaded() === "1");
  const first = await mostMemory(pid);
  check(`it took ${Math.round(first / 1e6)} MB until then`, first < MEMORY_LIMIT);
  const english = await translate(german, "auto", "en");
  check(`it detects, and translates by the other model: ${english}`, english === "Open the file.");
  const both = await mostMemory(pid);
  check(`it took ${Math.round(both / 1e6)} MB until then`, both < MEMORY_LIMIT);
}

const folder = await Deno.makeTempDir({ prefix: "heed-deploy-" });
try {
  const deno = (await output("npx", ["-y", DENO, "eval", "console.log(Deno.execPath())"])).trim();
  const bytes = await copyFiles(folder);
  check(`the deployment has ${Math.round(bytes / 1e6)} MB`, bytes < SIZE_LIMIT);
  const config = JSON.parse(await Deno.readTextFile(`${folder}/deno.json`));
  check("deno.json asks for nothing unstable", config.unstable === undefined);
  const main = "apps/server/main.ts";
  const missing = await missingApis(deno, folder, main);
  check(`${DENO} has every API of Deno that is used ${missing}`.trim(), missing.length === 0);
  await Deno.writeTextFile(`${folder}/preload.js`, PRELOAD);
  const args = [
    "run",
    "--frozen",
    "--allow-read",
    "--allow-net",
    "--allow-env",
    "--preload=./preload.js",
  ];
  await using server = new Deno.Command(deno, {
    args: [...args, main, "--port", "0"],
    cwd: folder,
    env: { DENO_DEPLOY: "1", NO_COLOR: "1" },
    stdout: "piped",
  }).spawn();
  const address = (await lineWith("Listening on ", server.stdout)).split(" ").at(-1)!;
  await checkServer(address, server.pid);
  const start = performance.now();
  server.kill("SIGINT");
  const { code } = await server.status;
  const ended = performance.now() - start;
  check(`it ends with ${code} when it is told to`, code === 0 && ended < PATIENCE);
} finally {
  await Deno.remove(folder, { recursive: true });
}
if (problems.length > 0) Deno.exit(1);
