import type { Command } from "commander";
import type { Store } from "@heed/server/store";
import { addDatabaseOption, type DatabaseOptions, databaseUrl } from "../database.ts";
import type { Host } from "../host.ts";

interface KeysOptions extends DatabaseOptions {
  readonly store: string;
}

/** Adds `heed keys`. */
export function addKeysCommand(program: Command, host: Host): void {
  const keys = program.command("keys").description("Let clients of a server in by keys.");
  keys.addHelpText(
    "after",
    `
As soon as a server has a key, clients have to give one. Only its hash is kept.
A store in a folder has one user at a time: stop the server meanwhile.

Examples:
  deno task keys add alice
  deno task keys list
  deno task keys remove alice`,
  );
  const add = (
    usage: string,
    description: string,
    action: (store: Store, name: string) => Promise<string>,
  ) => {
    const command = keys.command(usage).description(description);
    addDatabaseOption(command)
      .option("--store <dir>", "folder of the server's store, without a database", ".heed")
      .action(async (...given: [...string[], KeysOptions, Command]) => {
        const options = given.at(-2) as KeysOptions;
        const { openStore } = await import("@heed/server/store");
        const url = databaseUrl(options, host);
        const store = await openStore(url === undefined ? { folder: options.store } : { url });
        try {
          await host.writeOut(await action(store, given[0] as string));
        } finally {
          await store.close();
        }
      });
  };
  add("add <name>", "Make a key, and print it: it cannot be read again.", async (store, name) => {
    return `${await store.keys.add(name)}\n`;
  });
  add("list", "Print names and dates of keys.", async (store) => {
    const found = await store.keys.list();
    return found.map(({ name, createdAt }) => `${name}\t${createdAt.toISOString()}\n`).join("");
  });
  add("remove <name>", "Take a key away.", async (store, name) => {
    if (await store.keys.remove(name)) return `${name} is removed\n`;
    throw new Error(`Cannot remove the key ${name}: there is none of that name`);
  });
}
