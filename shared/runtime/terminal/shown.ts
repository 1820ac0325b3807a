import { brief } from '../text/index.ts'

/** A value as it is shown: as JSON, so that "1", 1 and nothing are told apart, and cut to what a person can take in. */
export function shown(value: string | number | boolean | null): string {
  return brief(JSON.stringify(value))
}
