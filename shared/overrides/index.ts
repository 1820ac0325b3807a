/** The override file, from its GitLab project or a local path. */
export { type OverrideSource, readOverrideText } from './read-override-text.ts'
