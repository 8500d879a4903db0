import { assertEquals } from "@std/assert";

const main = new URL("./main.ts", import.meta.url).pathname;

/** A server that sends a byte of whatever is asked for now and then, and never the last. */
function startTrickle(files: Readonly<Record<string, string>>) {
  const asked = Promise.withResolvers<void>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const name = new URL(request.url).pathname.slice(1);
    if (files[name] !== undefined) return new Response(files[name]);
    if (request.method === "HEAD") return new Response(null);
    asked.resolve();
    let timer: ReturnType<typeof setInterval> | undefined;
    return new Response(
      new ReadableStream({
        start(controller) {
          timer = setInterval(() => controller.enqueue(new Uint8Array([32])), 50);
        },
        cancel: () => clearInterval(timer),
      }),
    );
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    asked: asked.promise,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const names = {
  "config.json": '{"model_type": "marian"}',
  "generation_config.json": "{}",
  "tokenizer_config.json": '{"source_lang": "en", "target_lang": "de"}',
  "vocab.json": '{"</s>": 0}',
};
const { "config.json": _config, ...namesWithoutConfig } = names;
const cases: Readonly<Record<string, [args: string[], files: Readonly<Record<string, string>>]>> = {
  "the languages of a model": [["translate", "a"], {}],
  "the config of a model": [["attention", "a"], namesWithoutConfig],
  "the weights of a model": [["translate", "a"], names],
  "a model that devices asks about": [["devices"], {}],
};
for (const [what, [args, files]] of Object.entries(cases)) {
  Deno.test(`heed ${args[0]} that fetches ${what} ends with 130 at the first Ctrl-C`, async () => {
    await using server = startTrickle(files);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--quiet", "--allow-read", "--allow-net=127.0.0.1", main],
        ...[...args, "--device", "wasm", "--model", server.url],
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await server.asked;
    child.kill("SIGINT");
    // One that does not hear would go on for ever.
    const end = setTimeout(() => child.kill("SIGKILL"), 20_000);
    assertEquals((await child.status).code, 130);
    clearTimeout(end);
  });
}
