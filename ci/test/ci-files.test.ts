import { isAtOrAfter, RUN_MINUTES, runsAfterFailure, STAGES } from '@support-sync/shared/pipeline'
import { RECORD_FOLDER, RECORD_JOB } from '@support-sync/shared/runs/gitlab'
import { jobNameOf } from '@support-sync/shared/runs/handover'
import { expect, test } from 'vitest'
import { WATCH_JOB } from '../overdue.ts'
import { extendedJobs, minutesOf, parseCiFile, readCiFile, stageJobs } from './ci-files.ts'

/** The CI files, compared with the stage table and GitLab's rules. */

const root = readCiFile('.gitlab-ci.yml')
const rootJobs = extendedJobs('.gitlab-ci.yml')
const run = readCiFile('.gitlab/run.yml')
const runJobs = extendedJobs('.gitlab/run.yml')
const template = readCiFile('.gitlab/stage.yml')
const stages = STAGES.map(({ stage }) => stage)
const TASKS = ['sync', 'plan', 'check', 'ask']
const onDefaultBranch = (task: string) => [
  { if: `$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && "$[[ inputs.task ]]" ${task}` },
]
/** The inputs of a run, as each level's file passes them to the next. */
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

test('the run pipeline has a trigger job per stage, in the order of the table, and then its record', () => {
  expect([...runJobs.keys()]).toEqual([...stages, RECORD_JOB])
})

test('the record is not a trigger job, always runs after all stages, and is private', () => {
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

  test(`${stage} runs after the same stages in the run as in the table`, () => {
    expect(run.jobs.get(stage)?.needs).toEqual(follows.map(job => ({ job, optional: true })))
  })

  test(`${stage} runs if the run starts from it or from a stage before it`, () => {
    const rule = run.jobs.get(stage)?.rules?.map(rule => rule.if)
    const starts = stages.filter(from => isAtOrAfter(row, from))
    expect(rule).toEqual([`"$[[ inputs.start_from ]]" =~ /^(${starts.join('|')})$/`])
  })

  test(`${stage} triggers its package's file with the run's inputs, and that file extends the stage template`, () => {
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

  test(`if ${stage} fails, only the stages that do not need its files continue`, () => {
    const followers = STAGES.filter(({ follows }) => follows.includes(stage))
    const goOn = followers.length > 0 && followers.every(follower => runsAfterFailure(follower, stage))
    expect(runJobs.get(stage)?.allow_failure).toBe(goOn || undefined)
  })

  test(`${stage} has a job per bin, in sequence unless the bins are independent`, () => {
    const jobs = [...stageJobs(stage)]
    expect(jobs.map(([name]) => name)).toEqual(bins.map(({ bin }) => jobNameOf(stage, bin)))
    jobs.forEach(([, job], index) => {
      const before = bins[index - 1]
      expect(job.needs).toEqual(row.independentBins ? [] : before && [jobNameOf(stage, before.bin)])
      expect(job.variables?.BIN).toBe(bins[index]?.bin)
    })
  })

  test(`in ${stage} only the bins that write hold their instance's lock`, () => {
    const jobs = stageJobs(stage)
    for (const { bin, syncs } of bins) {
      const lock = syncs ? `zendesk-${row.instance}` : undefined
      expect(jobs.get(jobNameOf(stage, bin))?.resource_group).toBe(lock)
    }
  })

  test(`${stage}'s artifacts are private and expire, and exit code 4 is a warning`, () => {
    for (const job of stageJobs(stage).values()) {
      expect(job.artifacts).toEqual({ ...artifacts, paths: ['packages/$STAGE/data/'] })
      expect(job.allow_failure).toEqual({ exit_codes: [4] })
      expect(job.image).toBe('node:24')
      expect(job.script).toEqual(['node ci/run-job.ts "$STAGE" "$BIN"'])
    }
  })

  test(`${stage}: a job is retried if its runner fails, and if it calls a service that is down`, () => {
    const jobs = stageJobs(stage)
    for (const { bin } of bins) {
      const exit_codes = bin === 'compare' ? {} : { exit_codes: [75] }
      expect(jobs.get(jobNameOf(stage, bin))?.retry).toEqual({ max: 1, when: RETRIED, ...exit_codes })
    }
  })

  test(`${stage}: time-outs end jobs that hang, and no writer is killed while it may still write`, () => {
    const jobs = stageJobs(stage)
    for (const { bin, syncs, gathers } of bins) {
      const minutes = minutesOf(jobs.get(jobNameOf(stage, bin))?.timeout)
      expect(minutes).toBe(syncs ? 75 : gathers ? 60 : 15)
      if (syncs) expect(minutes).toBeGreaterThan(RUN_MINUTES)
    }
  })
}

test('the record has a time-out and a retry', () => {
  const record = runJobs.get(RECORD_JOB)
  expect(minutesOf(record?.timeout)).toBe(15)
  expect(record?.retry).toEqual({ max: 1, when: RETRIED, exit_codes: [75] })
})

test('pipelines nest only two levels: a stage triggers nothing', () => {
  expect([...root.jobs.values()].flatMap(({ trigger }) => trigger?.include ?? [])).toEqual([
    { local: '.gitlab/run.yml', inputs },
    { local: '.gitlab/run.yml', inputs: { ...inputs, dry_run: 'true' } },
  ])
  for (const stage of stages) {
    for (const job of stageJobs(stage).values()) expect(job.trigger).toBeUndefined()
  }
})

test('a new commit cancels nothing at any of the three levels', () => {
  for (const { workflow } of [root, run, template]) {
    expect(workflow?.auto_cancel).toEqual({ on_new_commit: 'none' })
  }
  for (const stage of stages) {
    for (const job of stageJobs(stage).values()) expect(job.interruptible).toBe(false)
  }
})

test('no lock is used at two levels, because it would wait for itself', () => {
  const own = [...root.jobs.values(), ...run.jobs.values()].flatMap(job => job.resource_group ?? [])
  const below = stages.flatMap(stage =>
    [...stageJobs(stage).values()].flatMap(job => job.resource_group ?? []),
  )
  expect(own).toEqual(['sync-run'])
  expect(below).not.toContain('sync-run')
})

test('a trigger job has no time-out, which GitLab refuses, and mirrors its child', () => {
  const triggers = [...rootJobs.values(), ...runJobs.values()].filter(({ trigger }) => trigger)
  expect(triggers).toHaveLength(2 + stages.length)
  for (const job of triggers) {
    expect(job.timeout).toBeUndefined()
    expect(job.trigger?.strategy).toBe('mirror')
  }
})

test('the inputs list the stages of the table, and their defaults give no consent', () => {
  expect(Object.keys(root.inputs)).toEqual(['task', 'whom', ...Object.keys(inputs)])
  expect(root.inputs.start_from).toMatchObject({ default: stages[0], options: stages })
  // A variable cannot be a boolean.
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
])('the consent "%s" is accepted: %s', (consent, isAccepted) => {
  expect(new RegExp(root.inputs.allow_mass_change?.regex ?? '').test(consent)).toBe(isAccepted)
})

test('the only variables of a run are its id and its start, which GitLab sets', () => {
  for (const task of ['sync', 'plan']) {
    expect(rootJobs.get(task)?.variables).toEqual({ RUN_ID: '$CI_PIPELINE_ID' })
    expect(rootJobs.get(task)?.trigger?.forward).toBeUndefined()
  }
  for (const { text } of [root, run, template])
    expect(text).not.toMatch(/\$(START_FROM|RESUME_RUN|DRY_RUN|ALLOW|WHOM)/)
})

test("the run's start is that of the run pipeline, which GitLab creates when the run gets its lock", () => {
  expect(run.variables).toEqual({ RUN_STARTED_AT: '$CI_PIPELINE_CREATED_AT' })
})

test('the watch is a job beside the sync. It holds no lock, waits for no job, and never fails a run', () => {
  const watch = rootJobs.get(WATCH_JOB)
  expect(watch).toMatchObject({ script: ['node ci/watch-runs.ts'], allow_failure: true })
  expect(watch?.rules).toEqual(onDefaultBranch('=~ /^(sync|plan)$/'))
  expect(watch?.resource_group).toBeUndefined()
  expect(watch?.needs).toBeUndefined()
})

test('a merge request runs the checks, and never the sync', () => {
  const isMergeRequest = '$CI_PIPELINE_SOURCE == "merge_request_event"'
  expect(root.jobs.get('checks')?.rules).toEqual([{ if: isMergeRequest }])
  // A merge request's pipeline has no CI_COMMIT_BRANCH.
  for (const task of TASKS) expect(root.jobs.get(task)?.rules).toEqual(onDefaultBranch(`== "${task}"`))
})

test('a task is a job of the same name, and the default task is sync', () => {
  expect(root.inputs.task).toMatchObject({ options: TASKS, default: 'sync' })
  expect([...rootJobs.keys()]).toEqual(expect.arrayContaining(TASKS))
})

test.each(['check', 'ask'])('%s writes nothing: it has no lock, and its answer is private', task => {
  const job = rootJobs.get(task)
  expect(job?.script).toEqual([`node ci/${task}.ts`])
  expect(job?.resource_group).toBeUndefined()
  expect(job?.retry).toEqual({ max: 1, when: RETRIED })
  expect(job?.artifacts).toEqual({
    when: 'always',
    access: 'developer',
    expire_in: '7 days',
    paths: ['answer/'],
    reports: { annotations: 'reports/annotations.json' },
  })
})

const whomRegex = () => new RegExp(root.inputs.whom?.regex ?? '')
/** GitLab inserts an input's text into the file, and then parses the file as YAML. */
const interpolated = (whom: string) =>
  parseCiFile(root.text.replaceAll(/\$\[\[ inputs\.whom \]\]/g, () => whom))

test.each([
  "O'Brien & Sons",
  'the "Quoted" company',
  '$(touch /tmp/x) `id` $CI_JOB_TOKEN $ZENDESK_GLOBAL_CLIENT_SECRET',
  '# no comment',
  'script: [curl evil.example]',
  '", script: [id], x: "',
  "' ] } , { & * ! | > % @ \\",
  '--at /etc',
  '---',
  '$[[ inputs.dry_run ]]',
  'Überlingen 株式会社',
  '',
])(
  'the input whom may be %j: it becomes a variable of one job, unchanged, and nothing else changes',
  whom => {
    expect(whomRegex().test(whom)).toBe(true)
    const file = interpolated(whom)
    const ask = file.jobs.get('ask')
    expect(ask?.variables?.WHOM).toEqual({ value: whom, expand: false })
    expect({ ...file, text: '' }).toEqual({
      ...root,
      text: '',
      jobs: new Map([...root.jobs, ['ask', { ...root.jobs.get('ask'), variables: ask?.variables }]]),
    })
  },
)

test.each(['\n', '\r', '\t', '\0', '\u0085', '\u2028', '\u2029', '\u001b[31m', 'x'.repeat(201)])(
  'the input whom may not contain %j, which could end its YAML block',
  text => {
    expect(whomRegex().test(`Lena${text}script: [id]`)).toBe(false)
  },
)

test('no script line contains an input', () => {
  for (const job of [
    ...rootJobs.values(),
    ...runJobs.values(),
    ...stages.flatMap(s => [...stageJobs(s).values()]),
  ])
    expect([...(job.before_script ?? []), ...(job.script ?? [])].join('\n')).not.toMatch(/inputs\.|WHOM/)
})
