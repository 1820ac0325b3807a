import { brief, sentence } from '../../runtime/text/index.ts'

/**
 * Escapes a text for Slack. Three characters are markup: mentions, links and `<!channel>` begin with `<`
 * (https://docs.slack.dev/messaging/formatting-message-text).
 */
export function slackText(text: string): string {
  return sentence(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A link. The label is escaped. */
export function slackLink(url: string, label: string): string {
  return `<${url}|${slackText(brief(label))}>`
}
