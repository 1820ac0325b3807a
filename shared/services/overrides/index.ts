/** The override file, from its GitLab project or a local path. */
export { readOverrideText } from './read-override-text.ts'
