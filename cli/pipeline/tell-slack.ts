import { readSettings, slackSettings } from '@support-sync/shared/runtime/bin'
import { ExpectedError } from '@support-sync/shared/runtime/errors'
import { httpContext } from '@support-sync/shared/services/http'
import { postToSlack } from '@support-sync/shared/services/slack'

/**
 * Posts what a run has to tell, where Slack is set up. Gives a sentence about it for whoever reads the log, or null
 * when there was nothing to tell. Never throws for what Slack does: the run is what it is.
 */
export async function tellSlack(news: string | null, environment: NodeJS.ProcessEnv): Promise<string | null> {
  if (news === null) return null
  if (!environment.SLACK_TOKEN?.trim()) return 'Slack was not told: SLACK_TOKEN is not set.'
  try {
    const { slack } = readSettings({ slack: slackSettings }, environment)
    const posted = await postToSlack(slack, news, httpContext())
    return posted.ok ? `Slack was told, in ${slack.channel}.` : `Slack was not told: ${posted.message}`
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error
    return `Slack was not told: ${error.message}`
  }
}
