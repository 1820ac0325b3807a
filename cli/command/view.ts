import { printableJson } from '@support-sync/shared/runtime/text'

/** What the commands that show a run have in common. */

/** The options that every view takes. */
export const VIEW_OPTIONS = {
  // The names that it had before are still understood.
  run: {
    type: 'string',
    alias: ['at', 'run-dir'],
    requiresArg: true,
    describe: 'the run: its name under runs/, a directory, or last (default: the newest)',
  },
  json: { type: 'boolean', default: false, describe: 'print the model as JSON instead' },
} as const

/** A model as it is printed for programs. */
export function asJson(model: unknown): string {
  return printableJson(model).trimEnd()
}
