/**
 * A server whose models write in capitals, as a process of its own that tests may kill: `serveJobs` starts it.
 *
 * @module
 */
import { createApp } from "../app.ts";
import { startKeeping } from "../keeping.ts";
import { fakeModels } from "./fake_models.ts";

/** What the process does. */
export interface JobProcessOptions {
  /** Address of a PostgreSQL server. */
  readonly url?: string;
  /** Folder of a store of its own. */
  readonly folder?: string;
  /** Pieces at a time; 0 for a server that leaves them to others. */
  readonly workers: number;
  /** Milliseconds that a batch takes. */
  readonly delay: number;
}

/** A process that serves and works. */
export interface JobProcess {
  /** Where it listens. */
  readonly address: string;
  /** Ends it as the lack of memory or power does. */
  kill(): Promise<void>;
}

/** Starts a process, and waits until it listens. */
export async function serveJobs(options: JobProcessOptions): Promise<JobProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", import.meta.url, JSON.stringify(options)],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  await reader.cancel();
  return {
    address: value.trim(),
    async kill() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
      await child.status;
    },
  };
}

if (import.meta.main) {
  const { url, folder = "", workers, delay }: JobProcessOptions = JSON.parse(Deno.args[0]);
  const models = fakeModels({ delay });
  const onError = () => {};
  const { store, jobs } = await startKeeping({ url, folder, cached: 0, workers, models, onError });
  const { addr } = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    createApp({ models, store, jobs }).fetch,
  );
  console.log(`http://127.0.0.1:${addr.port}`);
}
