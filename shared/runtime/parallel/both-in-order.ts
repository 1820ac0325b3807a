/**
 * Waits for both promises. If both fail, throws the first one's error: the same inputs give the same error, whichever
 * fails first.
 */
export async function bothInOrder<One, Other>(
  one: Promise<One>,
  other: Promise<Other>,
): Promise<[One, Other]> {
  await Promise.allSettled([one, other])
  return [await one, await other]
}
