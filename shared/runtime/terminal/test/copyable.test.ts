import { expect, test } from 'vitest'
import { copyableLines } from '../index.ts'

const PATH =
  '/home/operations/support-sync/runs/2026-11-24T07-24-06.405Z/logs/usgov-user-sync.zendesk_users_gather.log'
const COMMAND = './support-sync run-pipeline --from sync-global --run-dir runs/2026-11-24T07-24-06.405Z'

test.each([200, 120, 80, 60, 40])('at %i columns paths and commands are whole', width => {
  const lines = copyableLines(
    'sync-global:',
    `Look at the plan, then consent: ${COMMAND}. Its log says more: ${PATH}`,
    width,
  )
  for (const copied of [COMMAND, PATH]) expect(lines.filter(line => line.includes(copied))).toHaveLength(1)
  for (const line of lines) if (!line.includes('/')) expect(line.length).toBeLessThanOrEqual(width)
})

test('what does not fit goes on a line of its own, from the first column on', () => {
  expect(copyableLines('a:', `its log says more: ${PATH}`, 80)).toEqual(['a:  its log says more:', PATH])
  expect(copyableLines('a:', `Then go on: ${COMMAND}`, 95)).toEqual(['a:  Then go on:', `    ${COMMAND}`])
})

test('words are broken as ever, below the label', () => {
  expect(copyableLines('a:', 'one two three four', 12)).toEqual(['a:  one two', '    three', '    four'])
})

test('what stands in backticks is one', () => {
  expect(copyableLines('', 'Run `git pull --rebase origin` first', 24)).toEqual([
    'Run',
    '`git pull --rebase origin`',
    'first',
  ])
})

test('without a width nothing is broken', () => {
  expect(copyableLines('a:', `${PATH} ${COMMAND}`, undefined)).toEqual([`a:  ${PATH} ${COMMAND}`])
})
