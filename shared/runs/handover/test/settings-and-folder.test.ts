import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectedErrorOf } from '../../../services/http/test/expected-error-of.ts'
import { ciSettings, folderStore, pullInputs, writeManifest } from '../index.ts'
import { stageOf } from './gitlab-jobs.ts'

const variables = {
  RUN_ID: '200',
  CI_COMMIT_SHA: 'new',
  CI_API_V4_URL: 'https://gitlab.example.com/api/v4',
  CI_PROJECT_ID: '7',
  CI_JOB_TOKEN: 'secret',
  CI_PROJECT_URL: 'https://gitlab.example.com/support/sync',
  CI_PIPELINE_ID: '203',
  CI_JOB_URL: 'https://gitlab.example.com/support/sync/-/jobs/9',
  RUN_STARTED_AT: '2026-11-23T10:00:00Z',
  CI_JOB_STARTED_AT: '2026-11-23T10:20:00Z',
  CI_JOB_TIMEOUT: '300',
}

test('a run that starts at the first stage takes only its own files', () => {
  const { runOf } = ciSettings({ ...variables, RESUME_RUN: '' })
  expect(runOf('orgs')).toEqual({ id: '200', commit: 'new' })
})

test("a resumed run takes the earlier run's files for stages that it does not run, and its own for the rest", () => {
  const { runOf } = ciSettings({ ...variables, START_FROM: 'compare-global', RESUME_RUN: '100' })
  expect(runOf('processor')).toEqual({ id: '100', commit: null })
  expect(runOf('compare-global')).toEqual({ id: '200', commit: 'new' })
})

test('a run that starts later and resumes no run fails instead of taking any files', () => {
  const { runOf } = ciSettings({ ...variables, START_FROM: 'compare-global' })
  expect(() => runOf('orgs')).toThrow(/resumes no run with the artifacts of orgs/)
})

test('the error names missing or malformed variables, and shows no value', () => {
  expect(() => ciSettings({ ...variables, RUN_ID: 'latest', CI_JOB_TOKEN: undefined })).toThrow(
    'these variables are missing or malformed: RUN_ID, CI_JOB_TOKEN',
  )
})

test('a job starts its last write at most 45 seconds before GitLab kills it', () => {
  expect(ciSettings(variables).writeUntil).toBe('2026-11-23T10:24:15.000Z')
})

test('sync-global gets the objects for what it owes, and continues without them', async () => {
  const runDir = await mkdtemp(join(tmpdir(), 'run-'))
  try {
    const run = { id: 'today', commit: null }
    const data = join(runDir, 'sync-global')
    const leave = async (stage: string, names: readonly string[]) => {
      await mkdir(join(runDir, stage))
      for (const name of names) await writeFile(join(runDir, stage, name), '[]')
      await writeManifest(stageOf(stage), join(runDir, stage), run)
    }
    const pull = () => pullInputs(stageOf('sync-global'), data, folderStore(runDir), () => run)
    await leave('orgs', ['zendesk_global.json'])
    await leave('compare-global', ['global_updates.json', 'global_creates.json', 'global_not_in_sync.json'])
    expect(await pull()).toEqual(['global_accounts.json'])
    await leave('processor', ['global_accounts.json'])
    expect(await pull()).toEqual([])
    expect(await readFile(join(data, 'global_accounts.json'), 'utf8')).toBe('[]')
  } finally {
    await rm(runDir, { recursive: true })
  }
})

test("a folder also hands on only files that match the stage's manifest", async () => {
  const runDir = await mkdtemp(join(tmpdir(), 'run-'))
  try {
    const [accounts, orgs, data] = ['accounts', 'orgs', 'processor'].map(name => join(runDir, name))
    if (!accounts || !orgs || !data) throw new Error('no folders')
    await mkdir(join(accounts, 'summaries'), { recursive: true })
    await mkdir(orgs)
    await writeFile(join(accounts, 'salesforce_accounts.json'), '[1]')
    await writeFile(join(accounts, 'summaries', 'accounts.gather.json'), '{}')
    await writeFile(join(accounts, 'note.txt'), 'not an output')
    await writeFile(join(orgs, 'zendesk_global.json'), '[2]')
    const run = { id: 'today', commit: null }
    const pull = () => pullInputs(stageOf('processor'), data, folderStore(runDir), () => run)

    await writeManifest(stageOf('accounts'), accounts, run)
    expect(await pull()).toContain('zendesk_global.json')
    await expect(readFile(join(data, 'zendesk_global.json'))).rejects.toThrow('ENOENT')
    await writeManifest(stageOf('orgs'), orgs, run)
    await pull()
    expect(await readFile(join(data, 'zendesk_global.json'), 'utf8')).toBe('[2]')
    expect((await stat(join(data, 'zendesk_global.json'))).mode & 0o777).toBe(0o600)
    const manifest = JSON.parse(await readFile(join(accounts, 'manifest.json'), 'utf8'))
    expect(Object.keys(manifest.files)).toEqual([
      'salesforce_accounts.json',
      'summaries/accounts.gather.json',
    ])

    await writeFile(join(orgs, 'zendesk_global.json'), '[3]')
    expect((await expectedErrorOf(pull())).message).toContain(
      'zendesk_global.json does not match its manifest',
    )
  } finally {
    await rm(runDir, { recursive: true })
  }
})
