/**
 * Functions of native libraries, in the one runtime that can call them: Deno, where it is permitted to.
 *
 * @example
 * ```ts
 * import { ffi } from "@heed/checkpoint/ffi";
 * import { assertThrows } from "@std/assert";
 *
 * const library = "/no/such/library.so";
 * // Undefined in Node and in browsers; in Deno nothing is loaded without permission.
 * if (ffi?.permitted(library)) assertThrows(() => ffi!.open(library, {}), Error, library);
 * ```
 *
 * @module
 */
import { denoFfi } from "./_ffi_deno.ts";

/** Type of a parameter: an integer, a float, or a view of memory whose first byte's address is passed. */
export type NativeParameter = "i32" | "i64" | "f32" | "buffer";

/** A function that a library may have. */
export interface NativeFunction {
  /** Types of its parameters, in order. */
  readonly parameters: readonly NativeParameter[];
  /** What it returns: nothing, or the text at an address. */
  readonly result: "void" | "text";
  /** Whether the library is opened all the same when it has no such function. */
  readonly optional?: boolean;
}

/** An opened library. */
export interface NativeLibrary {
  /** Its functions by name; an optional one that it lacks is absent. Text needs the permission for all. */
  readonly functions: Readonly<Record<string, ((...values: NativeValue[]) => unknown) | undefined>>;
  /** Closes it; its functions may not be called afterwards. */
  close(): void;
}

/** What a native function may be given. */
export type NativeValue = number | bigint | Uint8Array<ArrayBuffer>;

/** The door to native libraries. */
export interface Ffi {
  /**
   * Tells whether a library may be loaded, without ever asking the user.
   *
   * @param library Path or name of the library.
   * @returns True when the permission has been granted.
   */
  permitted(library: string): boolean;
  /**
   * Reads a variable of the environment that says which library to use, without ever asking the user.
   *
   * @param name Name of the variable.
   * @returns Its value; undefined when it is unset, empty, or the permission to read it has not been granted.
   */
  environment(name: string): string | undefined;
  /**
   * Loads a library.
   *
   * @param library Its path, or a name that the operating system looks for.
   * @param functions The functions to call, by name.
   * @returns The library.
   * @throws {Error} When there is none, or it lacks a function that is not optional.
   */
  open(library: string, functions: Readonly<Record<string, NativeFunction>>): NativeLibrary;
}

/** Native libraries; undefined where the runtime cannot call them. */
export const ffi: Ffi | undefined = denoFfi();
