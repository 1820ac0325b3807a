import { brief, sentence } from '../../runtime/text/index.ts'

/**
 * A text as Slack shows it as it is. Three characters are its markup: mentions, links and `<!channel>` begin with `<`
 * (https://docs.slack.dev/messaging/formatting-message-text).
 */
export function slackText(text: string): string {
  return sentence(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A link; its label may come from anywhere. */
export function slackLink(url: string, label: string): string {
  return `<${url}|${slackText(brief(label))}>`
}
