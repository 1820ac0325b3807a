export { type PostResult, postToSlack, type SlackCredentials } from './post.ts'
