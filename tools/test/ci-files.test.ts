import { jobNameOf } from '@support-sync/shared/handover'
import { findStage, isAtOrAfter, STAGES, type Stage } from '@support-sync/shared/pipeline'
import { expect, test } from 'vitest'
import { RECORD_FOLDER, RECORD_JOB } from '../ci/last-record.ts'
import { extendedJobs, type Job, readCiFile, secondsOf, stageJobs } from './ci-files.ts'

/** The CI files, held against the stage table and GitLab's rules. */

const root = readCiFile('.gitlab-ci.yml')
const run = readCiFile('.gitlab/run.yml')
const template = readCiFile('.gitlab/stage.yml')
const stages = STAGES.map(({ stage }) => stage)
const artifacts = {
  when: 'always',
  access: 'developer',
  expire_in: '2 days',
  reports: { junit: 'reports/junit.xml', annotations: 'reports/annotations.json' },
}

test('the run pipeline has a trigger a stage, in the order of the table, and then its record', () => {
  expect([...run.jobs.keys()]).toEqual([...stages, RECORD_JOB])
})

test('the record is no trigger, comes behind all stages whatever became of them, and is private', () => {
  const record = extendedJobs('.gitlab/run.yml').get(RECORD_JOB)
  expect(record).toMatchObject({
    stage: '.post',
    when: 'always',
    script: ['node tools/ci/record-run.ts'],
    artifacts: { ...artifacts, expire_in: '7 days', paths: [`${RECORD_FOLDER}/`] },
  })
  expect(record?.trigger).toBeUndefined()
  expect(record?.rules).toBeUndefined()
  expect(record?.before_script?.join()).toContain('install --prod --frozen-lockfile')
})

for (const row of STAGES) {
  const { stage, follows, bins } = row

  test(`${stage} follows in the run what it follows in the table`, () => {
    expect(run.jobs.get(stage)?.needs).toEqual(follows.map(job => ({ job, optional: true })))
  })

  test(`${stage} runs when the run starts from it or from a stage before it`, () => {
    const rule = run.jobs.get(stage)?.rules?.map(rule => rule.if)
    const starts = stages.filter(from => isAtOrAfter(row, from))
    expect(rule).toEqual([`$START_FROM =~ /^(${starts.join('|')})$/`])
  })

  test(`${stage} triggers its package's file, which names it and extends the one template`, () => {
    expect(run.jobs.get(stage)?.trigger).toEqual({
      include: `packages/${stage}/.gitlab-ci.yml`,
      strategy: 'mirror',
      forward: { pipeline_variables: true },
    })
    const file = readCiFile(`packages/${stage}/.gitlab-ci.yml`)
    expect(file.include).toBe('.gitlab/stage.yml')
    expect(file.variables).toEqual({ STAGE: stage })
    for (const job of file.jobs.values()) expect(job.extends).toMatch(/^\.(pure-)?bin$/)
  })

  test(`${stage} has a job a bin, one after the other`, () => {
    const jobs = [...stageJobs(stage)]
    expect(jobs.map(([name]) => name)).toEqual(bins.map(({ bin }) => jobNameOf(stage, bin)))
    jobs.forEach(([, job], index) => {
      const before = bins[index - 1]
      expect(job.needs).toEqual(before && [jobNameOf(stage, before.bin)])
      expect(job.variables?.BIN).toBe(bins[index]?.bin)
    })
  })

  test(`of ${stage} the bins that write hold their instance's lock, and no other does`, () => {
    const jobs = stageJobs(stage)
    for (const { bin, syncs } of bins) {
      const lock = syncs ? `zendesk-${row.instance}` : undefined
      expect(jobs.get(jobNameOf(stage, bin))?.resource_group).toBe(lock)
    }
  })

  test(`${stage}'s artifacts are private and expire, and its exit codes mean what they say`, () => {
    for (const job of stageJobs(stage).values()) {
      expect(job.artifacts).toEqual({ ...artifacts, paths: ['packages/$STAGE/data/'] })
      expect(job.allow_failure).toEqual({ exit_codes: [4] })
      if (job.retry) expect(job.retry).toEqual({ max: 1, exit_codes: [75] })
      expect(job.image).toBe('node:24')
      expect(job.script).toEqual(['node tools/ci/run-job.ts "$STAGE" "$BIN"'])
    }
  })

  test(`${stage}: a job that asks a neighbour is retried`, () => {
    const jobs = stageJobs(stage)
    for (const { bin } of bins) {
      expect(jobs.get(jobNameOf(stage, bin))?.retry !== undefined).toBe(bin !== 'compare')
    }
  })

  test(`up to the end of ${stage} and the record no path lasts longer than 42 minutes, retries included`, () => {
    const record = extendedJobs('.gitlab/run.yml').get(RECORD_JOB)
    expect((longestTo(row) + longest(record ?? {})) / 60).toBeLessThanOrEqual(42)
  })
}

function longestTo(row: Stage): number {
  const own = [...stageJobs(row.stage).values()].reduce((sum, job) => sum + longest(job), 0)
  const before = row.follows.map(name => findStage(name)).filter(stage => stage !== undefined)
  return own + Math.max(0, ...before.map(longestTo))
}

function longest({ timeout, retry }: Job): number {
  return secondsOf(timeout) * (1 + (retry?.max ?? 0))
}

test('pipelines nest two levels and no more: a stage triggers nothing', () => {
  expect([...root.jobs.values()].flatMap(({ trigger }) => trigger?.include ?? [])).toEqual([
    '.gitlab/run.yml',
  ])
  for (const stage of stages) {
    for (const job of stageJobs(stage).values()) expect(job.trigger).toBeUndefined()
  }
})

test('a new commit cancels nothing, at any of the three levels', () => {
  for (const { workflow } of [root, run, template]) {
    expect(workflow?.auto_cancel).toEqual({ on_new_commit: 'none' })
  }
  for (const stage of stages) {
    for (const job of stageJobs(stage).values()) expect(job.interruptible).toBe(false)
  }
})

test('no lock is named at two levels, where it would wait for itself', () => {
  const own = [...root.jobs.values(), ...run.jobs.values()].flatMap(job => job.resource_group ?? [])
  const below = stages.flatMap(stage =>
    [...stageJobs(stage).values()].flatMap(job => job.resource_group ?? []),
  )
  expect(own).toEqual(['sync-run'])
  expect(below).not.toContain('sync-run')
})

test('a trigger has no time-out, which GitLab refuses, and mirrors its child', () => {
  for (const job of [...root.jobs.values(), ...run.jobs.values()].filter(({ trigger }) => trigger)) {
    expect(job.timeout).toBeUndefined()
    expect(job.trigger?.strategy).toBe('mirror')
  }
})

test('the inputs offer the stages of the table, and reach the jobs as the variables that they read', () => {
  expect(Object.keys(root.inputs)).toEqual(['start_from', 'resume_run', 'dry_run', 'allow_mass_change'])
  expect(root.inputs.start_from).toMatchObject({ default: stages[0], options: stages })
  expect(root.inputs.dry_run?.default).toBe(false)
  expect(root.jobs.get('sync')?.variables).toEqual({
    RUN_ID: '$CI_PIPELINE_ID',
    START_FROM: '$[[ inputs.start_from ]]',
    RESUME_RUN: '$[[ inputs.resume_run ]]',
    DRY_RUN: '$[[ inputs.dry_run ]]',
    ALLOW_MASS_CHANGE: '$[[ inputs.allow_mass_change ]]',
  })
})

test("the run's start is that of the run pipeline, which is made when its lock is given", () => {
  expect(run.variables).toEqual({ RUN_STARTED_AT: '$CI_PIPELINE_CREATED_AT' })
})

test('a merge request runs the checks, and never the sync', () => {
  const isMergeRequest = '$CI_PIPELINE_SOURCE == "merge_request_event"'
  expect(root.jobs.get('checks')?.rules).toEqual([{ if: isMergeRequest }])
  // A merge request's pipeline has no CI_COMMIT_BRANCH.
  expect(root.jobs.get('sync')?.rules).toEqual([{ if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }])
})
