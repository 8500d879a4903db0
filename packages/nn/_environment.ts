/**
 * An environment variable, where the runtime has such a thing and lets us read it.
 *
 * @param name Its name.
 * @returns Its value; undefined in a browser, when it is not set or empty, or without permission.
 */
export function environmentVariable(name: string): string | undefined {
  try {
    const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
    return process?.env?.[name] || undefined;
  } catch {
    return undefined;
  }
}
