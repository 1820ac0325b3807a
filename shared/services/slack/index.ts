/** Slack: one channel that is told what a person should know. Its failure stops nothing. */
export { checkSlack, type SlackAccess } from './access.ts'
export type { SlackCredentials, SlackFailure } from './client.ts'
export { postToSlack } from './post.ts'
export { slackLink, slackText } from './text.ts'
