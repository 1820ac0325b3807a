import { expect, test } from 'vitest'
import { copyableLines } from '../index.ts'

const PATH =
  '/home/operations/support-sync/runs/2026-11-24T07-24-06.405Z/logs/usgov-user-sync.zendesk_users_gather.log'
const COMMAND = './support-sync run-pipeline --from sync-global --run-dir runs/2026-11-24T07-24-06.405Z'

test.each([200, 120, 80, 60, 40])('at %i columns paths and commands are not wrapped', width => {
  const lines = copyableLines(
    'sync-global:',
    `Look at the plan, then consent: ${COMMAND}. Its log says more: ${PATH}`,
    width,
  )
  for (const copied of [COMMAND, PATH]) expect(lines.filter(line => line.includes(copied))).toHaveLength(1)
  for (const line of lines) if (!line.includes('/')) expect(line.length).toBeLessThanOrEqual(width)
})

test('what does not fit gets its own line, from the first column on', () => {
  expect(copyableLines('a:', `Log: ${PATH}`, 80)).toEqual(['a:  Log:', PATH])
  expect(copyableLines('a:', `Then resume: ${COMMAND}`, 95)).toEqual(['a:  Then resume:', `    ${COMMAND}`])
})

test('words wrap normally, below the label', () => {
  expect(copyableLines('a:', 'one two three four', 12)).toEqual(['a:  one two', '    three', '    four'])
})

test('text in backticks is one unit', () => {
  expect(copyableLines('', 'Run `git pull --rebase origin` first', 24)).toEqual([
    'Run',
    '`git pull --rebase origin`',
    'first',
  ])
})

test('without a width nothing wraps', () => {
  expect(copyableLines('a:', `${PATH} ${COMMAND}`, undefined)).toEqual([`a:  ${PATH} ${COMMAND}`])
})
