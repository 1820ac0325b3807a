import { brief } from '../text/index.ts'

/**
 * Data for a Slack message. Slack reads three characters as markup: mentions, links and `<!channel>` begin with `<`
 * (https://docs.slack.dev/messaging/formatting-message-text).
 */
export function slackText(text: string): string {
  return brief(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
