export { type PostResult, postToSlack, type SlackCredentials } from './post.ts'
export { slackLink, slackText } from './text.ts'
