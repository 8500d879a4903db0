/** Tokens that an encoder computes in one call: enough for the caches, few enough to stay responsive. */
const TOKENS_AT_ONCE = 512;

/**
 * Splits a batch into groups of about 512 tokens; a longer row is a group of its own.
 *
 * @param rows Ids of each row.
 * @returns The groups, in the order of the rows.
 */
export function* tokenGroups(
  rows: readonly (readonly number[])[],
): Generator<readonly (readonly number[])[]> {
  let group: (readonly number[])[] = [], tokens = 0;
  for (const ids of rows) {
    if (group.length > 0 && tokens + ids.length > TOKENS_AT_ONCE) {
      yield group;
      group = [];
      tokens = 0;
    }
    group.push(ids);
    tokens += ids.length;
  }
  if (group.length > 0) yield group;
}
