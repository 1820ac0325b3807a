import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld } from '@support-sync/fixtures/world'
import { type Job, startJobServer } from '@support-sync/shared/runs/handover/test'
import { expect, test } from 'vitest'
import { overdueLines } from '../overdue.ts'

/** What the watch reports when a run starts. Runs start hourly: run 100 at 00:00, run 110 at 01:00, and so on. */

const at = (hours: number) => new Date(Date.parse('2026-11-23T00:01:00Z') + hours * 3_600_000).toISOString()
const pipelineOf = (hour: number) => 100 + hour * 10

type Run = { status: string; endsAt?: number; watch?: 'success' | 'failed' }
const ended = (hour: number): Run => ({ status: 'success', endsAt: hour + 0.5 })
const running: Run = { status: 'running' }
const waiting: Run = { status: 'waiting_for_resource' }

/** The jobs of hourly runs. */
function jobsOf(runs: readonly Run[]) {
  return runs.flatMap(({ status, endsAt, watch = 'success' }, hour) => {
    const pipelineId = pipelineOf(hour)
    const row = { commit: null, pipelineId, pipelineStatus: status, zipSize: null }
    const times = { startedAt: at(hour), finishedAt: at(hour) }
    const record = { ...row, id: pipelineId * 10 + 1, name: 'record', status: 'success', startedAt: null }
    return [
      { ...row, ...times, id: pipelineId * 10, name: 'watch', status: watch },
      ...(endsAt === undefined ? [] : [{ ...record, pipelineId: pipelineId + 1, finishedAt: at(endsAt) }]),
    ]
  })
}

/** What the run after these reports when it starts. */
function said(...runs: Run[]): string[] {
  return overdueLines({ pipelineId: pipelineOf(runs.length), now: Date.parse(at(runs.length)) }, jobsOf(runs))
}

test('nothing is reported for runs that end, nor by the very first run', () => {
  expect(said()).toEqual([])
  expect(said(ended(0), ended(1), ended(2))).toEqual([])
})

test('a run that starts before the previous one has ended reports it, and later runs do not repeat it', () => {
  expect(said(ended(0), running)).toEqual(['Run 110 has not ended, and run 120 waits for it.'])
  expect(said(ended(0), running, waiting).join()).not.toContain('has not ended, and')
})

test('if that run is cancelled and the next one also hangs, that is reported', () => {
  expect(said(ended(0), { status: 'canceled' }, running)).toContain(
    'Run 120 has not ended, and run 130 waits for it.',
  )
})

test('a failed run has ended', () => {
  expect(said(ended(0), { status: 'failed', endsAt: 1.5 })).toEqual([])
})

test('if no run ends for two hours, that is reported once', () => {
  const silent = [ended(0), running, waiting, waiting]
  expect(said(...silent.slice(0, 3))).toEqual(['No run has ended since 2026-11-23 00:31 UTC.'])
  expect(said(...silent)).toEqual([])
})

test('if the watch that should report it fails, the next one does', () => {
  const failed: Run = { ...waiting, watch: 'failed' }
  expect(said(ended(0), running, waiting, failed)).toEqual(['No run has ended since 2026-11-23 00:31 UTC.'])
})

test('if no run has ever ended, the time counts from the first start', () => {
  const cancelled: Run = { status: 'canceled' }
  expect(said(cancelled, cancelled, cancelled)).toEqual(['No run has ended since 2026-11-23 00:01 UTC.'])
  expect(said(cancelled, cancelled, cancelled, cancelled)).toEqual([])
})

async function watch(jobs: readonly Job[], slack: NodeJS.ProcessEnv, permissions: string[] | null = null) {
  await using server = await startJobServer(jobs, {
    permissions,
    pipelines: [{ id: 110, status: 'running', createdAt: at(1) }],
  })
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'watch-runs.ts')], {
    env: {
      ...slack,
      CI_API_V4_URL: server.apiUrl,
      CI_PROJECT_ID: server.projectId,
      CI_JOB_TOKEN: server.token,
      CI_PIPELINE_ID: '120',
      CI_PROJECT_URL: 'https://gitlab.example.com/support/sync',
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', chunk => {
      output += chunk
    })
  const code = await new Promise(resolve => child.once('close', resolve))
  return { code, output }
}

test('the job posts to Slack, from what a job token may list', { timeout: 60_000 }, async () => {
  const sandbox = await startSandbox(buildWorld('2026-11-23'))
  const jobs = [{ id: 1, name: 'watch', pipeline: 110, commit: 'c0ffee', zip: null, startedAt: at(1) }]
  try {
    expect(await watch(jobs, sandbox.environment)).toMatchObject({ code: 0 })
    expect(sandbox.slack.messages.map(({ text }) => text)).toEqual([
      expect.stringContaining('Run 110 has not ended, and run 120 waits for it.'),
    ])
    const refused = await watch(jobs, sandbox.environment, [])
    expect(refused).toMatchObject({ code: 2, output: expect.stringContaining('GITLAB_NOT_ALLOWED') })
  } finally {
    await sandbox.close()
  }
})
