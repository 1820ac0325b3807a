import { brief } from '../text/index.ts'

/** A value for output: as JSON, so that "1", 1 and no value look different, and cut to a readable length. */
export function shown(value: string | number | boolean | null): string {
  return brief(JSON.stringify(value))
}
