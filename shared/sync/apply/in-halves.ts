import { isRequestFailure, type RequestFailure } from './upstream.ts'

/** The error that ends the run, once the answers so far are recorded. */
export type RunEnd = { error: unknown }

type Halving<Item, Answer> = {
  /** The answers for some items, and the items that failed only as part of the request. */
  ask: (items: readonly Item[]) => Promise<{ answers: Answer[]; again?: readonly Item[] }>
  /** The answer for an item whose own request failed. */
  failedAlone: (item: Item, problem: RequestFailure) => Answer
  /** Called after each failed request, with the number of requests that failed in a row. */
  failed: (problem: RequestFailure, inARow: number) => void
  /** Called before each request. Returns false to leave the rest, and throws to end the run. */
  mayContinue: () => boolean
}

/**
 * Sends many items in one request. If the request as a whole fails, sends the first and the last item alone, then each
 * half of the others, down to single items, so that only the bad items fail. The single items soon show whether the
 * service is available: halves alone can fail many times in a row for a few bad items. Returns the answers, the items that
 * it did not send, and the error that ends the run, if there is one: the answers so far must be recorded before.
 */
export async function inHalves<Item, Answer>(
  items: readonly Item[],
  { ask, failedAlone, failed, mayContinue }: Halving<Item, Answer>,
): Promise<{ answers: Answer[]; rest: Item[]; end?: RunEnd }> {
  const answers: Answer[] = []
  const rest: Item[] = []
  const pieces: (readonly Item[])[] = items.length > 0 ? [items] : []
  // Only of these items: other batches run at the same time, and each may have its own bad item.
  let inARow = 0
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
    const [first] = piece
    if (first === undefined) continue
    try {
      if (!mayContinue()) {
        rest.push(...piece)
        continue
      }
      const { answers: given, again = [] } = await ask(piece)
      inARow = 0
      answers.push(...given)
      if (again.length > 0) pieces.push(...halvesOf(again))
    } catch (error) {
      if (!isRequestFailure(error))
        return { answers, rest: [...rest, ...piece, ...pieces.flat()], end: { error } }
      inARow += 1
      failed(error, inARow)
      if (piece.length === 1) answers.push(failedAlone(first, error))
      else pieces.unshift([first], piece.slice(-1), ...halvesOf(piece.slice(1, -1)))
    }
  }
  return { answers, rest }
}

function halvesOf<Item>(items: readonly Item[]): (readonly Item[])[] {
  const middle = Math.ceil(items.length / 2)
  return [items.slice(0, middle), items.slice(middle)]
}
