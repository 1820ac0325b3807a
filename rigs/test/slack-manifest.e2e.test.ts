import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld, CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import { runProgram } from '@support-sync/shared/runtime/bin/test'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'

const PATH = join(import.meta.dirname, '../../docs/set-up/slack-manifest.yml')
const { oauth_config, features } = z
  .object({
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
    features: z.object({ bot_user: z.object({ display_name: z.string() }) }),
  })
  .parse(parse(readFileSync(PATH, 'utf8')))
const SCOPES = oauth_config.scopes.bot

async function slackFindings(scopes: readonly string[]): Promise<string[]> {
  const sandbox = await startSandbox(buildWorld('2026-01-15'), {
    controlledEndUserEmail: CONTROLLED_END_USER_EMAIL,
  })
  onTestFinished(() => sandbox.close())
  sandbox.slack.scopes.splice(0, sandbox.slack.scopes.length, ...scopes)
  const { stdout } = await runProgram('cli/preflight.ts', ['--json'], sandbox.environment)
  const { findings } = z
    .object({ findings: z.array(z.object({ area: z.string(), check: z.string(), state: z.string() })) })
    .parse(JSON.parse(stdout))
  return findings.flatMap(({ area, check, state }) => (area === 'Slack' ? [`${check}: ${state}`] : []))
}

test('a bot with the scopes of the manifest passes preflight without a warning', async () => {
  const found = await slackFindings(SCOPES)
  expect(found.length).toBeGreaterThan(0)
  expect(found.filter(line => !line.endsWith(': ok'))).toEqual([])
})

test.each(['chat:write', 'channels:read'])('a bot without %s does not pass', async scope => {
  const found = await slackFindings(SCOPES.filter(name => name !== scope))
  expect(found.filter(line => !line.endsWith(': ok'))).not.toEqual([])
})

test("the page lists the manifest's scopes, and the name of the bot to invite", () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/set-up/slack.md'), 'utf8')
  const listed = [...page.matchAll(/^\| `([a-z:]+)` \|/gm)].map(([, scope]) => scope)
  expect(listed.sort()).toEqual(SCOPES.toSorted())
  expect(page).toContain(`/invite @${features.bot_user.display_name}`)
})
