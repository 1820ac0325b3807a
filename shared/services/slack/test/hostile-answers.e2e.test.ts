import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { HOSTILE_TEXTS, UNPRINTABLE } from '../../../runtime/text/test/hostile-texts.ts'
import { hostileJson, spoiled, startHostileServer } from '../../http/test/hostile-server.ts'
import { testContext } from '../../http/test/scripted-server.ts'
import { postToSlack, slackLink, slackText } from '../index.ts'

const ANSWER = {
  ok: false,
  error: 'invalid_blocks',
  response_metadata: { messages: ['[ERROR] no \u001b[2J', '[WARN] old'], warnings: ['missing_charset'] },
}

test('for any answer of Slack, a post ends in a result that can be shown, and prints nothing', async () => {
  const printed = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn'), vi.spyOn(console, 'log')]
  await using server = await startHostileServer()
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostileJson, fc.constant(ANSWER), spoiled(ANSWER)), async answer => {
      server.answers(() => answer)
      const slack = { token: 'xoxb-1', channel: 'general', apiUrl: server.url }
      const posted = await postToSlack(slack, 'text', testContext({ attempts: 1 }))
      expect(posted.ok ? '' : posted.code + posted.message).not.toMatch(UNPRINTABLE)
    }),
    { numRuns: 80 },
  )
  for (const spy of printed) expect(spy).not.toHaveBeenCalled()
})

test.each(HOSTILE_TEXTS)('no text starts a mention, a link or a new line: %j', text => {
  const link = slackLink('https://example.com/1', text)
  expect(slackText(text) + link).not.toMatch(UNPRINTABLE)
  expect(slackText(text)).not.toMatch(/[<>]/)
  expect(link.match(/[<>]/g)).toEqual(['<', '>'])
})
