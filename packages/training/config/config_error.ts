/** How many problems are named: there may be as many as a file has keys. */
const NAMED = 20;

/**
 * Says what is wrong with a training configuration; to a program that reads it for somebody, such as `heed
 * train`, this is wrong usage, unlike other failures.
 */
export class TrainingConfigError extends RangeError {
  /** Tells this error from others. */
  override readonly name = "TrainingConfigError";

  /**
   * Makes one message of all problems.
   *
   * @param problems What is wrong, one line for each, with the path of the key.
   *
   * @example
   * ```ts
   * import { TrainingConfigError } from "@heed/training/config";
   * import { assertEquals } from "@std/assert";
   *
   * const { message } = new TrainingConfigError(["steps: must be at least 1, is 0"]);
   * assertEquals(message, "Cannot use the training configuration:\n  steps: must be at least 1, is 0");
   * ```
   */
  constructor(problems: readonly string[]) {
    const named = problems.slice(0, NAMED);
    if (problems.length > NAMED) named.push(`and ${problems.length - NAMED} more`);
    super(`Cannot use the training configuration:\n  ${named.join("\n  ")}`);
  }
}
