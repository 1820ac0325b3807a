/** A place in the order of creates. */
export type Place = {
  /** Claims a user. Resolves when all earlier places have claimed or left; false if one of them claimed this user. */
  claim: (userId: number) => Promise<boolean>
  /** Lets later places continue. */
  leave: () => void
}

/**
 * Gives each user to the first create that claims them, in the order of the plan. The order of Zendesk's answers does not
 * matter.
 */
export function userClaims(): () => Place {
  const taken = new Set<number>()
  let last = Promise.resolve()
  return () => {
    const ahead = last
    const { promise: left, resolve: leave } = Promise.withResolvers<void>()
    last = ahead.then(() => left)
    return {
      async claim(userId) {
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
