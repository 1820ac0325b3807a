/** Slack: posts messages for people to one channel. A failure stops nothing. */
export { checkSlack, type SlackAccess } from './access.ts'
export type { SlackCredentials, SlackFailure } from './client.ts'
export { postToSlack } from './post.ts'
export { slackLink, slackText } from './text.ts'
