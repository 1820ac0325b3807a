import { goesOnBehindFailed, isAtOrAfter, RUN_MINUTES, STAGES } from '@support-sync/shared/pipeline'
import { jobNameOf } from '@support-sync/shared/runs/handover'
import { expect, test } from 'vitest'
import { RECORD_FOLDER, RECORD_JOB } from '../last-record.ts'
import { WATCH_JOB } from '../overdue.ts'
import { extendedJobs, minutesOf, readCiFile, stageJobs } from './ci-files.ts'

/** The CI files, held against the stage table and GitLab's rules. */

const root = readCiFile('.gitlab-ci.yml')
const run = readCiFile('.gitlab/run.yml')
const runJobs = extendedJobs('.gitlab/run.yml')
const template = readCiFile('.gitlab/stage.yml')
const stages = STAGES.map(({ stage }) => stage)
/** What decides about a run, as the file of each level gives it to the next. */
const inputs = {
  start_from: '$[[ inputs.start_from ]]',
  resume_run: '$[[ inputs.resume_run ]]',
  dry_run: '$[[ inputs.dry_run ]]',
  allow_mass_change: '$[[ inputs.allow_mass_change ]]',
}
const RETRIED = ['runner_system_failure', 'stuck_or_timeout_failure']
const artifacts = {
  when: 'always',
  access: 'developer',
  expire_in: '2 days',
  reports: { junit: 'reports/junit.xml', annotations: 'reports/annotations.json' },
}

test('the run pipeline has a trigger a stage, in the order of the table, and then its record', () => {
  expect([...runJobs.keys()]).toEqual([...stages, RECORD_JOB])
})

test('the record is no trigger, comes behind all stages whatever became of them, and is private', () => {
  const record = runJobs.get(RECORD_JOB)
  expect(record).toMatchObject({
    stage: '.post',
    when: 'always',
    script: ['node ci/record-run.ts'],
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
    expect(rule).toEqual([`"$[[ inputs.start_from ]]" =~ /^(${starts.join('|')})$/`])
  })

  test(`${stage} triggers its package's file with the run's inputs; that names it and extends the one template`, () => {
    const path = `packages/${stage}/.gitlab-ci.yml`
    expect(runJobs.get(stage)?.trigger).toEqual({
      include: [{ local: path, inputs }],
      strategy: 'mirror',
      forward: { pipeline_variables: true },
    })
    const file = readCiFile(path)
    expect(file.inputs).toEqual({
      start_from: null,
      resume_run: null,
      dry_run: null,
      allow_mass_change: null,
    })
    expect(file.include).toEqual(['.gitlab/stage.yml'])
    expect(file.variables).toEqual({
      STAGE: stage,
      START_FROM: inputs.start_from,
      RESUME_RUN: inputs.resume_run,
      DRY_RUN: inputs.dry_run,
      ALLOW_MASS_CHANGE: inputs.allow_mass_change,
    })
  })

  test(`behind ${stage} goes on what can do without its files, and nothing else`, () => {
    const followers = STAGES.filter(({ follows }) => follows.includes(stage))
    const goOn = followers.length > 0 && followers.every(follower => goesOnBehindFailed(follower, stage))
    expect(runJobs.get(stage)?.allow_failure).toBe(goOn || undefined)
  })

  test(`${stage} has a job a bin, one after the other but where they are apart`, () => {
    const jobs = [...stageJobs(stage)]
    expect(jobs.map(([name]) => name)).toEqual(bins.map(({ bin }) => jobNameOf(stage, bin)))
    jobs.forEach(([, job], index) => {
      const before = bins[index - 1]
      expect(job.needs).toEqual(row.binsApart ? [] : before && [jobNameOf(stage, before.bin)])
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
      expect(job.image).toBe('node:24')
      expect(job.script).toEqual(['node ci/run-job.ts "$STAGE" "$BIN"'])
    }
  })

  test(`${stage}: a job is retried when its machine breaks, and one that asks an upstream when that is down`, () => {
    const jobs = stageJobs(stage)
    for (const { bin } of bins) {
      const exit_codes = bin === 'compare' ? {} : { exit_codes: [75] }
      expect(jobs.get(jobNameOf(stage, bin))?.retry).toEqual({ max: 1, when: RETRIED, ...exit_codes })
    }
  })

  test(`${stage}: time-outs end what hangs, and no writer is killed while it may still write`, () => {
    const jobs = stageJobs(stage)
    for (const { bin, syncs, gathers } of bins) {
      const minutes = minutesOf(jobs.get(jobNameOf(stage, bin))?.timeout)
      expect(minutes).toBe(syncs ? 75 : gathers ? 60 : 15)
      if (syncs) expect(minutes).toBeGreaterThan(RUN_MINUTES)
    }
  })
}

test('the record is given time, and a second try', () => {
  const record = runJobs.get(RECORD_JOB)
  expect(minutesOf(record?.timeout)).toBe(15)
  expect(record?.retry).toEqual({ max: 1, when: RETRIED, exit_codes: [75] })
})

test('pipelines nest two levels and no more: a stage triggers nothing', () => {
  expect([...root.jobs.values()].flatMap(({ trigger }) => trigger?.include ?? [])).toEqual([
    { local: '.gitlab/run.yml', inputs },
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
  for (const job of [...root.jobs.values(), ...runJobs.values()].filter(({ trigger }) => trigger)) {
    expect(job.timeout).toBeUndefined()
    expect(job.trigger?.strategy).toBe('mirror')
  }
})

test('the inputs offer the stages of the table, and their default writes nothing that a guard stops', () => {
  expect(Object.keys(root.inputs)).toEqual(Object.keys(inputs))
  expect(root.inputs.start_from).toMatchObject({ default: stages[0], options: stages })
  // A variable takes no boolean.
  expect(root.inputs.dry_run).toMatchObject({ default: 'false', options: ['false', 'true'] })
  expect(root.inputs.allow_mass_change?.default).toBe('')
  expect(run.inputs).toEqual({ start_from: null, resume_run: null, dry_run: null, allow_mass_change: null })
})

test.each([
  ['', true],
  ['sync-global:marks=141', true],
  ['sync-global:marks=141,accounts:gathered=250', true],
  ['sync-usgov:losses=3,', true],
  ['true', false],
  ['sync-global:marks', false],
  ['sync-global:deletes=3', false],
  ['sync-global:marks=$SECRET', false],
  ['sync-global:marks=1 accounts:gathered=2', false],
  ['Sync-global:marks=1', false],
])('the consent "%s" is taken: %s', (consent, isTaken) => {
  expect(new RegExp(root.inputs.allow_mass_change?.regex ?? '').test(consent)).toBe(isTaken)
})

test('of variables only what GitLab alone knows reaches a run: its id, and when it began', () => {
  expect(root.jobs.get('sync')?.variables).toEqual({ RUN_ID: '$CI_PIPELINE_ID' })
  expect(root.jobs.get('sync')?.trigger?.forward).toBeUndefined()
  for (const { text } of [root, run, template])
    expect(text).not.toMatch(/\$(START_FROM|RESUME_RUN|DRY_RUN|ALLOW)/)
})

test("the run's start is that of the run pipeline, which is made when its lock is given", () => {
  expect(run.variables).toEqual({ RUN_STARTED_AT: '$CI_PIPELINE_CREATED_AT' })
})

test('the watch is a job beside the sync, holds no lock and waits for nothing, and never makes a run red', () => {
  const watch = extendedJobs('.gitlab-ci.yml').get(WATCH_JOB)
  expect(watch).toMatchObject({ script: ['node ci/watch-runs.ts'], allow_failure: true })
  expect(watch?.rules).toEqual(root.jobs.get('sync')?.rules)
  expect(watch?.resource_group).toBeUndefined()
  expect(watch?.needs).toBeUndefined()
})

test('a merge request runs the checks, and never the sync', () => {
  const isMergeRequest = '$CI_PIPELINE_SOURCE == "merge_request_event"'
  expect(root.jobs.get('checks')?.rules).toEqual([{ if: isMergeRequest }])
  // A merge request's pipeline has no CI_COMMIT_BRANCH.
  expect(root.jobs.get('sync')?.rules).toEqual([{ if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }])
})
