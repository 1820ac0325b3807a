import { describe, expect, test } from 'vitest'
import { dataDirectory, spawnBin } from './index.ts'

const SALESFORCE = {
  SALESFORCE_LOGIN_URL: 'https://example.my.salesforce.com',
  SALESFORCE_CLIENT_ID: 'consumer-key-kept-quiet',
  SALESFORCE_CLIENT_SECRET: 'secret-kept-quiet',
}
const SECRETS = /kept-quiet/

describe.concurrent('a bin’s configuration', () => {
  test('an error names all missing or malformed variables, but no values', async () => {
    const { path, summary, has } = dataDirectory({ 'salesforce_accounts.json': '[]' })
    const { exitCode, failure, stderr, stdout } = await spawnBin(
      'partner-sync',
      'salesforce',
      ['--data-dir', path],
      {
        SALESFORCE_LOGIN_URL: 'http://kept-quiet.example.com',
        SALESFORCE_CLIENT_ID: '  ',
        ALLIANCE_ACCOUNT_ID: 'kept-quiet',
      },
    )
    expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'CONFIGURATION_INVALID' })
    expect(failure.message).toContain('SALESFORCE_LOGIN_URL must be an https URL without user and password')
    expect(failure.message).toContain('SALESFORCE_CLIENT_ID is not set')
    expect(failure.message).toContain('SALESFORCE_CLIENT_SECRET is not set')
    expect(failure.message).toContain('ALLIANCE_ACCOUNT_ID must be a Salesforce id')
    expect(failure.next).toMatch(/^Set or correct them and run again. docs\/settings\.md/)
    expect(stderr + stdout).not.toMatch(SECRETS)
    expect(has('salesforce_accounts.json')).toBe(false)
    expect(summary('partner-sync.salesforce')).toMatchObject({ exit_code: 2, requests: 0 })
  })

  test.each([
    [{ SALESFORCE_USERNAME: 'sync@example.com' }, 'SALESFORCE_PRIVATE_KEY_FILE'],
    [{ SALESFORCE_PRIVATE_KEY_FILE: import.meta.filename }, 'SALESFORCE_USERNAME'],
  ])(
    'of the two Salesforce logins, the one that is partly set must be complete: %o',
    async (begun, asked) => {
      const { SALESFORCE_CLIENT_SECRET, ...withoutSecret } = SALESFORCE
      const { exitCode, failure } = await spawnBin(
        'accounts',
        'gather',
        ['--data-dir', dataDirectory().path],
        {
          ...withoutSecret,
          ...begun,
        },
      )
      expect(exitCode).toBe(2)
      expect(failure.message).toBe(`environment variables: ${asked} is not set`)
    },
  )

  test.each([
    ['neither is set', {}, 'GITLAB_URL is not set'],
    [
      'GitLab’s own address is plain http',
      { CI_SERVER_URL: 'http://gitlab.example.com' },
      'CI_SERVER_URL must be an https URL without user and password',
    ],
    [
      'GITLAB_URL takes precedence over it',
      { GITLAB_URL: 'http://gitlab.example.com', CI_SERVER_URL: 'https://gitlab.example.com' },
      'GITLAB_URL must be an https URL without user and password',
    ],
  ])('an invalid address of the override file is reported with its variable: %s', async (_, given, says) => {
    const { exitCode, failure } = await spawnBin(
      'processor',
      'processor',
      ['--data-dir', dataDirectory().path],
      { OVERRIDES_PROJECT: 'support/overrides', OVERRIDES_PATH: 'overrides.yml', ...given },
    )
    expect(exitCode).toBe(2)
    expect(failure.message).toBe(`environment variables: ${says}; OVERRIDES_TOKEN is not set`)
  })

  test('an unreadable private key file is reported with its variable', async () => {
    const { SALESFORCE_CLIENT_SECRET, ...withoutSecret } = SALESFORCE
    const { exitCode, failure, stderr } = await spawnBin(
      'accounts',
      'gather',
      ['--data-dir', dataDirectory().path],
      {
        ...withoutSecret,
        SALESFORCE_USERNAME: 'sync@example.com',
        SALESFORCE_PRIVATE_KEY_FILE: '/no/kept-quiet',
      },
    )
    expect(exitCode).toBe(2)
    expect(failure.message).toContain('SALESFORCE_PRIVATE_KEY_FILE names an unreadable file')
    expect(stderr).not.toMatch(SECRETS)
  })

  test.each([
    ['not http to another machine', 'http://example.zendesk.com'],
    ['not http to a name that begins like loopback', 'http://localhost.example.com'],
    ['a whole URL', 'example.zendesk.com'],
  ])('an address must be https, or http to loopback: %s', async (_, url) => {
    const { exitCode, failure } = await spawnBin(
      'orgs',
      'gather_global',
      ['--data-dir', dataDirectory().path],
      {
        ZENDESK_GLOBAL_URL: url,
        ZENDESK_GLOBAL_USER: 'sync@example.com',
        ZENDESK_GLOBAL_TOKEN: 'token',
      },
    )
    expect(exitCode).toBe(2)
    expect(failure).toMatchObject({
      code: 'CONFIGURATION_INVALID',
      message: 'environment variables: ZENDESK_GLOBAL_URL must be an https URL without user and password',
    })
  })

  test.each([
    ['a day that does not exist', ['--today', '2026-02-30'], ['--today', 'YYYY-MM-DD']],
    ['an option that no bin takes', ['--todya', '2026-11-23'], ['todya']],
    ['an option of other bins', ['--dry-run'], ['dry-run']],
    ['an option without its value', ['--data-dir'], ['data-dir']],
    ['a word that is no option', ['now'], ['now']],
    [
      'a level that the log does not have',
      ['--log-level', 'loud'],
      ['--log-level', 'debug, info, warn, error', '"loud"'],
    ],
  ])('a command line with %s is refused', async (_, args, says) => {
    const { exitCode, failure } = await spawnBin('compare-usgov', 'compare', args)
    expect({ exitCode, code: failure.code, next: failure.next }).toEqual({
      exitCode: 2,
      code: 'USAGE',
      next: 'See --help.',
    })
    for (const part of says) expect(failure.message).toContain(part)
  })

  test.each([
    ['one', ['--data-dri', '/tmp'], 'Unknown argument: data-dri: did you mean --data-dir?'],
    [
      'two',
      ['--data-dri=/tmp', '--todya=2026-11-23'],
      'Unknown arguments: data-dri, todya: did you mean --data-dir and --today?',
    ],
    ['none that is near', ['--max-marks-percent'], 'Unknown argument: max-marks-percent'],
  ])('a misspelt option gets a suggestion: %s', async (_, args, message) => {
    const { exitCode, failure } = await spawnBin('compare-usgov', 'compare', args)
    expect({ exitCode, message: failure.message }).toEqual({ exitCode: 2, message })
  })

  test('a limit over 100 percent, or one that is not a number, is refused', async () => {
    for (const percent of ['101', 'half']) {
      const { exitCode, failure } = await spawnBin('sync-usgov', 'sync', ['--max-marks-percent', percent])
      expect(exitCode).toBe(2)
      expect(failure.message).toContain('--max-marks-percent')
    }
  })

  test('--help needs no settings and shows artifacts, options, variables and exit codes', async () => {
    const { exitCode, stdout, stderr } = await spawnBin('partner-sync', 'salesforce', ['--help'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    for (const part of ['salesforce_accounts.json', '--today', 'ALLIANCE_ACCOUNT_ID', 'Exit codes', '75']) {
      expect(stdout).toContain(part)
    }
  })

  test('--version needs no settings', async () => {
    const { exitCode, stdout } = await spawnBin('processor', 'processor', ['--version'])
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+( \([0-9a-f]+\))?\n$/),
    })
  })
})

test('a usage error is also in the summary, if the data directory is known', async () => {
  const data = dataDirectory()
  const { exitCode } = await spawnBin('accounts', 'gather', ['--data-dir', data.path, '--today', 'never'])
  expect(exitCode).toBe(2)
  expect(data.summary('accounts.gather')).toMatchObject({ exit_code: 2, error: { code: 'USAGE' } })
})
