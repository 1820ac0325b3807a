import type { BinContext } from './context.ts'

/**
 * Warns where a stage was started without what the run's earlier stages hand on to it. Says of each input whether it
 * is there. `message` says what is done without.
 */
export function startedAlone(
  { isThere, warn }: Pick<BinContext<unknown>, 'isThere' | 'warn'>,
  inputs: readonly string[],
  message: string,
): (input: string) => boolean {
  const absent = inputs.filter(input => !isThere(input))
  if (absent.length > 0) warn('STARTED_ALONE', message, absent)
  return input => !absent.includes(input)
}
