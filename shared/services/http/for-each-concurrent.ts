/** How work is let into flight. */
type Rules<Item> = {
  /** How many pieces of work may be under way together. */
  concurrency: number
  /** Asked before each piece; when it throws, nothing more is begun. */
  goOn?: () => void
  /** Two items that share a key are never under way together: the later one waits, and those behind it. */
  keysOf?: (item: Item) => readonly string[]
}

/**
 * Does some work for each item, several at a time, begun in the items' order. After the first failure nothing more is
 * begun; what is under way is brought to its end, for it may have had its effect. Throws that failure then.
 */
export async function forEachConcurrent<Item>(
  items: readonly Item[],
  { concurrency, goOn = () => undefined, keysOf = () => [] }: Rules<Item>,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>()
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
      underWay.delete(piece)
      for (const key of keys) byKey.delete(key)
    })
    underWay.add(piece)
    for (const key of keys) byKey.set(key, piece)
  }

  try {
    for (const [index, item] of items.entries()) {
      const keys = keysOf(item)
      while (underWay.size >= concurrency) await Promise.race(underWay)
      await Promise.all(keys.map(key => byKey.get(key)))
      if (failures.length > 0) break
      goOn()
      begin(item, index, keys)
    }
  } finally {
    await Promise.all(underWay)
  }
  if (failures.length > 0) throw failures[0]
}
