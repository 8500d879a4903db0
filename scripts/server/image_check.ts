/**
 * Does what the Dockerfile says in a temporary folder, on machines without Docker: copies, runs the steps, starts the
 * server by the image's entry point, asks its health check, and translates.
 *
 *     deno run --allow-all scripts/server/image_check.ts
 *
 * Fetches the server's packages anew. The user and the base images are all that it does not try.
 */
import { ROOT } from "../check/source_files.ts";
import { type Instruction, parseDockerfile } from "./dockerfile.ts";

const folder = await Deno.makeTempDir({ prefix: "heed-image-" });
/** Folders of the image, as they are here. */
const here = (text: string) =>
  text.replaceAll(/(?<![\w./])\/(app|data|deno-dir)\b/g, `${folder}/$1`);
const instructions = parseDockerfile(await Deno.readTextFile(new URL("Dockerfile", ROOT)));
const env: Record<string, string> = { NO_COLOR: "1" };

async function run(command: string, args: string[]): Promise<void> {
  const { code } = await new Deno.Command(command, { args, cwd: `${folder}/app`, env }).spawn()
    .status;
  if (code !== 0) throw new Error(`Cannot go on: ${command} ${args.join(" ")} ended with ${code}`);
}

async function build({ name, text }: Instruction): Promise<void> {
  if (name === "ENV") {
    for (const [, key, value] of text.matchAll(/(\w+)=(\S+)/g)) env[key] = here(value);
  } else if (name === "COPY" && !text.startsWith("--from=")) {
    const paths = text.split(" ");
    const target = `${folder}/app/${paths.pop()}`;
    await run("mkdir", [
      "-p",
      paths.length > 1 ? target : target.slice(0, target.lastIndexOf("/")),
    ]);
    for (const path of paths) {
      await run("cp", ["-r", decodeURIComponent(new URL(path, ROOT).pathname), target]);
    }
  } else if (name === "RUN") await run("sh", ["-c", here(text)]);
}

function commandOf(name: string): [string, string[]] {
  const { text } = instructions.find((instruction) => instruction.name === name)!;
  const [command, ...args] = JSON.parse(text.slice(text.indexOf("["))) as string[];
  return [command, args.map(here)];
}

try {
  await Deno.mkdir(`${folder}/app`);
  for (const instruction of instructions) await build(instruction);
  await run("du", ["-sh", folder]);
  const [command, args] = commandOf("ENTRYPOINT");
  await using server = new Deno.Command(command, { args, cwd: `${folder}/app`, env }).spawn();
  const [check, checkArgs] = commandOf("HEALTHCHECK");
  for (let tries = 0;; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { success } = await new Deno.Command(check, { args: checkArgs, stderr: "null", env })
      .output();
    if (success) break;
    if (tries === 200) throw new Error("Cannot reach the server: its health check fails");
  }
  console.log("healthy");
  const answer = await fetch("http://127.0.0.1:5000/translate", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ q: "Open the file.", source: "auto", target: "de" }),
  });
  console.log(await answer.text());
  if (!answer.ok) throw new Error("Cannot translate in the image");
  server.kill("SIGTERM");
  const { code } = await server.status;
  if (code !== 0) throw new Error(`Cannot end the server: it ended with ${code}`);
} finally {
  await Deno.remove(folder, { recursive: true });
}
