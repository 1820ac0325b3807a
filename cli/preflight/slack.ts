import { readSettings, slackSettings } from '@support-sync/shared/runtime/settings'
import type { HttpContext } from '@support-sync/shared/services/http'
import {
  checkSlack,
  postToSlack,
  type SlackAccess,
  type SlackCredentials,
  type SlackFailure,
} from '@support-sync/shared/services/slack'
import { areaFindings, type Finding } from './findings.ts'

const { ok, warning, failed, of } = areaFindings('Slack')

const TEST_MESSAGE =
  "A test message from support-sync's preflight. Here the sync reports stopped stages and new organizations without users."

/** Checks what the token may do. Posts a test message only on request. Only a posted message is proof. */
export async function checkSlackSettings(
  environment: NodeJS.ProcessEnv,
  isToPost: boolean,
  context: HttpContext,
): Promise<readonly Finding[]> {
  return of('login', async () => {
    const { credentials } = readSettings({ credentials: slackSettings }, environment)
    const access = await checkSlack(credentials, context)
    if (!access.ok) return [refusal('login', access)]
    const login = ok('login', 'the token is valid')
    if (isToPost) return [login, await post(credentials, context)]
    return [login, ...channelFindings(credentials, access)]
  })
}

async function post(credentials: SlackCredentials, context: HttpContext): Promise<Finding> {
  const result = await postToSlack(credentials, TEST_MESSAGE, context)
  return result.ok ? ok('channel', `posted to ${nameOf(credentials)}`) : refusal('channel', result)
}

function channelFindings(credentials: SlackCredentials, access: SlackAccess): Finding[] {
  const name = nameOf(credentials)
  if (access.mayPost === false) {
    return [
      failed(
        'permissions',
        'the token may not post',
        'Give the app the scope chat:write, then reinstall it.',
      ),
    ]
  }
  if (access.isMember) return [ok('channel', `the bot is in ${name}`)]
  if (access.isMember === null) {
    return [
      warning(
        'channel',
        `cannot check whether the bot is in ${name}: the token lacks the scope channels:read`,
        'Check in the channel that the app is a member, or run with --post-to-slack to post a test message.',
      ),
    ]
  }
  if (access.mayPostAnywhere) {
    return [
      warning(
        'channel',
        `the bot is not in ${name}: it can post there only if the channel is public`,
        `Invite the app to ${name}.`,
      ),
    ]
  }
  return [
    failed('channel', `the bot is not in ${name}`, `Invite the app to ${name}, or correct SLACK_CHANNEL.`),
  ]
}

function refusal(check: string, { code, message }: SlackFailure): Finding {
  if (code === 'SLACK_UNAVAILABLE') {
    return {
      ...failed(check, message, 'Try again later. A sync continues without Slack.'),
      state: 'unavailable',
    }
  }
  const settings = check === 'login' ? 'SLACK_TOKEN' : 'SLACK_CHANNEL, and that the app is in that channel'
  return failed(check, message, `Check ${settings}.`)
}

function nameOf({ channel }: SlackCredentials): string {
  return `#${channel.replace(/^#/, '')}`
}
