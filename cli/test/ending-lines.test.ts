import { findStage, STAGES } from '@support-sync/shared/pipeline'
import { recordRun, stageWithoutResult } from '@support-sync/shared/runs/record'
import { describe, expect, test } from 'vitest'
import { problemLines, resumeLines } from '../pipeline/ending-lines.ts'
import type { StageOutcome } from '../pipeline/run-stages.ts'

const LOG =
  '/home/operations/support-sync/runs/2026-11-24T07-24-06.405Z/logs/usgov-user-sync.zendesk_users_gather.log'
const COMMAND = './support-sync preflight names what is wrong in each of them, one line each'
const NEXT = `Set the variables: ${COMMAND}.`

function stopped(code: string, exitCode: number, name = STAGES.at(-1)?.stage ?? ''): StageOutcome {
  const stage = findStage(name)
  if (!stage) throw new Error(`there is no stage ${name}`)
  const message = 'ZENDESK_USGOV_URL is missing. '.repeat(4).trim()
  const error = { bin: 'zendesk_users_gather', code, message, next: NEXT }
  return {
    stage,
    exitCode,
    milliseconds: 0,
    failedLog: LOG,
    record: { ...stageWithoutResult(stage, 'not-run'), state: 'stopped', exit_code: exitCode, error },
  }
}

function resume(...outcomes: StageOutcome[]): string[] {
  return resumeIn({ dry_run: false }, ...outcomes)
}

function resumeIn({ dry_run }: { dry_run: boolean }, ...outcomes: StageOutcome[]): string[] {
  const times = { started_at: '2026-01-15T06:00:00.000Z', ended_at: '2026-01-15T06:00:01.000Z' }
  const run = { run_id: 'a', commit: null, url: null, dry_run, ...times }
  const read = new Map(outcomes.map(({ stage, record }) => [stage.stage, record]))
  const record = recordRun(run, read, () => true, undefined)
  return resumeLines(outcomes, record, '/runs/a')
}

describe('what stopped a stage', () => {
  test.each([120, 80, 60, 40])('at %i columns the log’s path and the command are not wrapped', width => {
    const lines = problemLines(stopped('CONFIGURATION_INVALID', 2), width)
    expect(lines.filter(line => line.endsWith(LOG))).toHaveLength(1)
    expect(lines.filter(line => line.includes(COMMAND))).toHaveLength(1)
  })

  test('at 80 columns the sentence wraps and starts next to the stage', () => {
    const [first = '', second = ''] = problemLines(stopped('CONFIGURATION_INVALID', 2), 80)
    expect(first).toMatch(/^usgov-user-sync: {2}CONFIGURATION_INVALID: ZENDESK_USGOV_URL is missing/)
    expect(first.length).toBeLessThanOrEqual(80)
    expect(second).toMatch(/^ {18}\S/)
  })
})

test('a stage that continued with incomplete data has its warnings', () => {
  const outcome = stopped('', 4)
  const ran = (bin: string, exit_code: number, code: string) => ({
    bin,
    exit_code,
    dry_run: false,
    started_at: '2026-01-15T06:00:00.000Z',
    ended_at: '2026-01-15T06:00:01.000Z',
    records_in: {},
    records_out: {},
    requests: 0,
    retries: 0,
    warnings: [{ code, message: 'aar is missing', keys: ['aar'] }],
    error: null,
  })
  const record = {
    ...outcome.record,
    state: 'records-failed' as const,
    error: null,
    summaries: [ran('salesforce', 0, 'VALUE_UNFAMILIAR'), ran('zendesk_users_gather', 4, 'FIELDS_CHANGED')],
  }
  const lines = problemLines({ ...outcome, record }, 200)
  expect(lines).toEqual(['usgov-user-sync:  FIELDS_CHANGED: aar is missing', `                  Log: ${LOG}`])
})

describe('how to resume', () => {
  test('from the stage that stopped', () => {
    expect(resume(stopped('CONFIGURATION_INVALID', 2))).toEqual([
      'Then resume: ./support-sync run-pipeline --from usgov-user-sync --run-dir /runs/a',
    ])
  })

  test.each([
    ['HANDOVER_MISSING', 2],
    ['ARTIFACT_MISSING', 2],
    ['ARTIFACT_RECORD_INVALID', 2],
    ['MASS_CHANGE', 3],
  ])('%s has its own hint', (code, exitCode) => {
    expect(resume(stopped(code, exitCode))).toEqual([])
  })

  const from = (stage: string) => `./support-sync run-pipeline --from ${stage} --run-dir /runs/a`

  test('from the first of two stages, if that runs the other again', () => {
    expect(
      resume(stopped('CONFIGURATION_INVALID', 2, 'accounts'), stopped('CONFIGURATION_INVALID', 2, 'orgs')),
    ).toEqual([`Then resume: ${from('accounts')}`])
  })

  test('not from a stage that the command in a guard’s hint runs again', () => {
    expect(
      resume(stopped('GATHER_SHRANK', 3, 'accounts'), stopped('CONFIGURATION_INVALID', 2, 'orgs')),
    ).toEqual([])
  })

  test('from each of two instances', () => {
    expect(
      resume(stopped('UPSTREAM_UNAVAILABLE', 75, 'sync-global'), stopped('LOST', 1, 'sync-usgov')),
    ).toEqual([`Then resume each: ${from('sync-global')}`, `Then resume each: ${from('sync-usgov')}`])
  })
})

test('the command that resumes a dry run is a dry run too', () => {
  expect(resumeIn({ dry_run: true }, stopped('UPSTREAM_UNAVAILABLE', 75))).toEqual([
    expect.stringMatching(/ --from usgov-user-sync --run-dir \S+ --dry-run$/),
  ])
})
