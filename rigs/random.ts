/** Pseudorandom numbers from 0 to below 1, always the same for a seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Random decisions from a seed. */
export function seeded(seed: number) {
  const next = dice(seed)
  return {
    /** Returns true with this probability. */
    happens: (probability: number) => next() < probability,
    /** Returns a whole number from 0 to below the limit. */
    below: (limit: number) => Math.floor(next() * limit),
    pick: <Item>(items: readonly [Item, ...Item[]]): Item =>
      items[Math.floor(next() * items.length)] ?? items[0],
  }
}
