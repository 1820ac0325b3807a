import { type FailureAt, isFailureAt } from './upstream.ts'

/** How many items are asked for together, and what becomes of those that cannot be asked for. */
type Halving<Item, Answer> = {
  /** The answers to some items, and those that Zendesk refused or failed only because they came together. */
  ask: (items: readonly Item[]) => Promise<{ answers: Answer[]; again?: readonly Item[] }>
  /** One item by itself at which Zendesk fails. */
  failedAlone: (item: Item, problem: FailureAt) => Answer
  failed: (problem: FailureAt) => void
  /** Asked before each request: false to leave the rest. */
  goOn: () => boolean
}

/**
 * Asks for many items in one request; where Zendesk fails at it as a whole, for each half of them, down to single ones,
 * so that only the culprits fail. Gives the answers, and the items that were left.
 */
export async function inHalves<Item, Answer>(
  items: readonly Item[],
  { ask, failedAlone, failed, goOn }: Halving<Item, Answer>,
): Promise<{ answers: Answer[]; rest: Item[] }> {
  const answers: Answer[] = []
  const rest: Item[] = []
  const pieces: (readonly Item[])[] = items.length > 0 ? [items] : []
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
    const [first] = piece
    if (first === undefined) continue
    if (!goOn()) {
      rest.push(...piece)
      continue
    }
    try {
      const { answers: given, again = [] } = await ask(piece)
      answers.push(...given)
      if (again.length > 0) pieces.push(...halvesOf(again))
    } catch (error) {
      if (!isFailureAt(error)) throw error
      failed(error)
      if (piece.length === 1) answers.push(failedAlone(first, error))
      else pieces.push(...halvesOf(piece))
    }
  }
  return { answers, rest }
}

function halvesOf<Item>(items: readonly Item[]): (readonly Item[])[] {
  const middle = Math.ceil(items.length / 2)
  return [items.slice(0, middle), items.slice(middle)]
}
