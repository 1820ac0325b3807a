import { printableJson } from '@support-sync/shared/runtime/text'

/** Options and output that the commands that show a run share. */

/** The options of every view. */
export const VIEW_OPTIONS = {
  // Its earlier names still work.
  run: {
    type: 'string',
    alias: ['at', 'run-dir'],
    requiresArg: true,
    describe: 'the run: its name under runs/, a directory, or last (default: the newest)',
  },
  json: { type: 'boolean', default: false, describe: 'print JSON instead' },
} as const

/** A model as JSON text. */
export function asJson(model: unknown): string {
  return printableJson(model).trimEnd()
}
