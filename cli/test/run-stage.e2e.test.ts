import { dataDirectory, runProgram } from '@support-sync/shared/runtime/bin/test'
import { continuesPipeline } from '@support-sync/shared/runtime/errors'
import { describe, expect, test } from 'vitest'

const runStage = (args: string[], environment: Record<string, string> = {}) =>
  runProgram('cli/run-stage.ts', args, environment)

const CUSTOMER = { role: 'end-user', organization_id: 5, not_in_sfdc: false }

describe.concurrent('run-stage', () => {
  test('an unknown package exits with 2 and lists the packages', async () => {
    const { exitCode, stderr } = await runStage(['acounts'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('Unknown stage "acounts": did you mean accounts?')
    expect(stderr).toMatch(
      /usgov-user-sync +zendesk_orgs_gather, zendesk_users_gather, salesforce, compare, sync/,
    )
  })

  test('without a package it exits with 2, and with --help with 0', async () => {
    const [none, help] = await Promise.all([runStage([]), runStage(['--help'])])
    expect([none.exitCode, help.exitCode]).toEqual([2, 0])
    expect(help.stderr + help.stdout).toContain('Packages and their bins, in order')
  })

  test('an unknown bin exits with 2 and lists the bins', async () => {
    const { exitCode, stderr } = await runStage(['partner-sync', 'synk'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('Unknown bin "synk"')
    expect(stderr).toContain('salesforce, zendesk, compare, sync')
  })

  test('a named bin runs alone, with the given options', async () => {
    const data = dataDirectory({
      'zendesk_users.json': [{ id: 1, name: 'Ann', email: 'ann@example.com', ...CUSTOMER }],
      'salesforce_contacts.json': [{ name: 'Ann', email: 'ann@example.com', organization_id: 5 }],
      'zendesk_orgs.json': [{ id: 5, name: 'Five', salesforce_id: null }],
    })
    const { exitCode, log } = await runStage(['usgov-user-sync', 'compare', '--data-dir', data.path])
    expect(exitCode).toBe(0)
    expect(new Set(log.map(({ bin }) => bin))).toEqual(new Set(['compare']))
    expect(data.records('updates.json')).toEqual([])
  })

  test('no bin runs after a failed one, and the exit code of that one is the stage’s', async () => {
    const data = dataDirectory()
    const { exitCode, log } = await runStage(['usgov-user-sync', '--data-dir', data.path], {
      ZENDESK_USGOV_URL: 'http://example.com',
    })
    expect(exitCode).toBe(2)
    expect(new Set(log.map(({ bin }) => bin))).toEqual(new Set(['zendesk_orgs_gather']))
    expect(data.has('summaries/usgov-user-sync.zendesk_users_gather.json')).toBe(false)
  })
})

describe.concurrent('a whole package', () => {
  test('passes each bin the options that it takes', async () => {
    const options = [
      '--last-run',
      'record.json',
      '--allow-mass-change=partner-sync:marks=5',
      '--dry-run',
      '--protected-ids',
      'ids.yml',
    ]
    const { exitCode, stdout } = await runStage(['partner-sync', ...options, '--help'])
    expect(exitCode).toBe(0)
    for (const bin of ['salesforce', 'zendesk', 'compare', 'sync'])
      expect(stdout).toContain(`run-stage partner-sync ${bin} [options]`)
  })

  test('refuses an option that none of its bins takes', async () => {
    const { exitCode, log } = await runStage(['compare-global', '--dry-run'])
    expect([exitCode, log.at(-1)?.msg]).toEqual([2, 'Unknown argument: dry-run'])
  })
})

test('a package’s later bins run only after 0 or 4', () => {
  expect([0, 1, 2, 3, 4, 75].filter(continuesPipeline)).toEqual([0, 4])
})
