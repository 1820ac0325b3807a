import { ExpectedError } from '@support-sync/shared/runtime/errors'
import { readSettings, slackSettings } from '@support-sync/shared/runtime/settings'
import { httpContext } from '@support-sync/shared/services/http'
import { postToSlack } from '@support-sync/shared/services/slack'

/**
 * Posts a run's message to Slack, if Slack is set up. Returns a sentence for the log, or null if there is no message.
 * A failure of Slack is only logged, because it does not change the run's outcome.
 */
export async function notifySlack(
  message: string | null,
  environment: NodeJS.ProcessEnv,
): Promise<string | null> {
  if (message === null) return null
  if (!environment.SLACK_TOKEN?.trim()) return 'Not posted to Slack: SLACK_TOKEN is not set.'
  try {
    const { slack } = readSettings({ slack: slackSettings }, environment)
    const posted = await postToSlack(slack, message, httpContext())
    return posted.ok ? `Posted to Slack, in ${slack.channel}.` : `Not posted to Slack: ${posted.message}.`
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error
    return `Not posted to Slack: ${error.message}.`
  }
}
