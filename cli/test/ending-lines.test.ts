import { STAGES } from '@support-sync/shared/pipeline'
import { recordRun, silentStage } from '@support-sync/shared/runs/record'
import { describe, expect, test } from 'vitest'
import { problemLines, resumeLines } from '../pipeline/ending-lines.ts'
import type { StageOutcome } from '../pipeline/run-stages.ts'

const LOG =
  '/home/operations/support-sync/runs/2026-11-24T07-24-06.405Z/logs/usgov-user-sync.zendesk_users_gather.log'
const COMMAND = './support-sync preflight names what is wrong in each of them, one line each'
const NEXT = `Set the variables: ${COMMAND}.`

function stopped(code: string, exitCode: number): StageOutcome {
  const stage = STAGES.at(-1)
  if (!stage) throw new Error('there are no stages')
  const message = 'ZENDESK_USGOV_URL is missing. '.repeat(4).trim()
  const error = { bin: 'zendesk_users_gather', code, message, next: NEXT }
  return {
    stage,
    exitCode,
    milliseconds: 0,
    failedLog: LOG,
    record: { ...silentStage(stage, 'not-run'), state: 'stopped', exit_code: exitCode, error },
  }
}

function resume(outcome: StageOutcome): string[] {
  const times = { started_at: '2026-01-15T06:00:00.000Z', ended_at: '2026-01-15T06:00:01.000Z' }
  const run = { run_id: 'a', commit: null, url: null, dry_run: false, ...times }
  const record = recordRun(run, new Map([[outcome.stage.stage, outcome.record]]), () => true, undefined)
  return resumeLines([outcome], record, '/runs/a')
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
})
