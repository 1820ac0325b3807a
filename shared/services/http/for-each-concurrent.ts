/** How to schedule the work. */
type Rules<Item> = {
  /** The maximum number of items in flight. */
  concurrency: number
  /** Called before each item. If it throws, no further item starts. */
  throwIfStopped?: () => void
  /** Two items with a common key are never in flight together: the later one waits, and so do all items after it. */
  keysOf?: (item: Item) => readonly string[]
}

/**
 * Does some work for each item, several at a time. The work starts in the items' order. After the first failure no
 * further item starts; items in flight finish, because they may already have had an effect. Then it throws the failure.
 */
export async function forEachConcurrent<Item>(
  items: readonly Item[],
  { concurrency, throwIfStopped = () => undefined, keysOf = () => [] }: Rules<Item>,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const inFlight = new Set<Promise<void>>()
  const byKey = new Map<string, Promise<void>>()
  const failures: unknown[] = []

  async function run(item: Item, index: number): Promise<void> {
    try {
      await work(item, index)
    } catch (error) {
      failures.push(error)
    }
  }

  function begin(item: Item, index: number, keys: readonly string[]): void {
    const piece = run(item, index).finally(() => {
      inFlight.delete(piece)
      for (const key of keys) byKey.delete(key)
    })
    inFlight.add(piece)
    for (const key of keys) byKey.set(key, piece)
  }

  try {
    for (const [index, item] of items.entries()) {
      const keys = keysOf(item)
      while (inFlight.size >= concurrency) await Promise.race(inFlight)
      await Promise.all(keys.map(key => byKey.get(key)))
      if (failures.length > 0) break
      throwIfStopped()
      begin(item, index, keys)
    }
  } finally {
    await Promise.all(inFlight)
  }
  if (failures.length > 0) throw failures[0]
}
