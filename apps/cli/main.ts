/**
 * The command line of Heed. Run it, or install it under a name:
 *
 * ```sh
 * deno install --global --name heed --allow-read --allow-write --allow-net \
 *   --allow-env jsr:@heed/cli
 * heed --help
 * ```
 *
 * @module
 */
import { denoHost } from "./host.ts";
import { run } from "./program.ts";

if (import.meta.main) Deno.exit(await run(Deno.args, denoHost()));
