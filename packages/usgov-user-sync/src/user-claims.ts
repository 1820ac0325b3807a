/** A place among those who began in some order. */
export type Place = {
  /** Whether nobody ahead has taken this user; he is taken then. Resolves when all ahead have taken or left. */
  take: (userId: number) => Promise<boolean>
  /** Lets those behind go on. */
  leave: () => void
}

/**
 * Gives each user to the first who takes him, in the order in which they entered: whose answer from Zendesk is quicker
 * does not matter.
 */
export function userClaims(): () => Place {
  const taken = new Set<number>()
  let last = Promise.resolve()
  return () => {
    const ahead = last
    const { promise: left, resolve: leave } = Promise.withResolvers<void>()
    last = ahead.then(() => left)
    return {
      async take(userId) {
        await ahead
        const isFree = !taken.has(userId)
        taken.add(userId)
        leave()
        return isFree
      },
      leave,
    }
  }
}
