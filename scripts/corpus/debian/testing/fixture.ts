/**
 * Locates a file that tests read.
 *
 * @param name Path below `testdata/corpus/debian`.
 * @returns Its address, whatever the working directory is.
 */
export function fixture(name: string): URL {
  return new URL(`../../../../testdata/corpus/debian/${name}`, import.meta.url);
}
