/** A text as Slack shows it as it is: these three characters are its markup, mentions and links among it. */
export function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A link (https://docs.slack.dev/messaging/formatting-message-text). */
export function slackLink(url: string, label: string): string {
  return `<${url}|${slackText(label)}>`
}
