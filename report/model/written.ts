/** The past tense of each result's action. */
export const WRITTEN = {
  create: 'created',
  associate: 'associated',
  update: 'updated',
  mark: 'marked',
} as const
