export { type PostResult, postToSlack, type SlackCredentials } from './post.ts'
export { slackText } from './text.ts'
