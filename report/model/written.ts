/** What was done, by the action of a result. */
export const WRITTEN = {
  create: 'created',
  associate: 'associated',
  update: 'updated',
  mark: 'marked',
} as const
