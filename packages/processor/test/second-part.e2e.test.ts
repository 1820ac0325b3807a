import { readdirSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import {
  account,
  type DataDirectory,
  dataDirectory,
  gatheredOrganization,
  spawnBin,
  startProgram,
} from '@support-sync/shared/runtime/bin/test'
import { describe, expect, test } from 'vitest'

const OUTPUTS = ['global_accounts.json', 'usgov_accounts.json', 'unmapped_charges.json', 'doubts.json']
/** Empty lines are skipped. So the file is large, and quickly read. */
const PADDING = ' '.repeat(30 * 1024)
const NUMBERS = Array.from({ length: 1_200 }, (_, index) => index + 1)
const idOf = (n: number) => `001${String(n).padStart(12, '0')}AAA`

type Json = Record<string, unknown>

/** Accounts of all kinds, in both parts of the file. */
const ACCOUNTS = NUMBERS.map(n => {
  if (n % 7 === 0)
    return account(idOf(n), { arr: n + 0.1 }, [n % 2 === 0 ? 'Brand New SKU' : 'Another New SKU'])
  if (n % 5 === 0) return account(idOf(n), { subs: [], charges: [] })
  if (n % 3 === 0) return account(idOf(n), { exception: true }, ['Ultimate - 1 Year', 'USG - 24x7'])
  return account(n % 11 === 0 ? idOf(n).slice(0, 15) : idOf(n), { name: `Zoë ${n}` })
})
const OVERRIDES = NUMBERS.filter(n => n % 35 === 0 || n % 100 === 1).map(n => ({
  salesforce_id: idOf(n),
  ...(n % 35 === 0 ? { expiration_date: '2027-06-30' } : { support_level: 'gold' }),
}))
const ORGANIZATIONS = NUMBERS.filter(n => n % 2 === 0).map(n =>
  gatheredOrganization('global', n, {
    salesforce_id: idOf(n),
    expiration_date: n % 4 === 0 ? '2027-03-31' : '2026-12-31',
    account_type: n % 300 === 2 ? 'open_partner' : n % 300 === 4 ? 'alliance_partner' : 'customer',
  }),
)

const lines = (accounts: readonly Json[]) =>
  `[\n${accounts.map(one => JSON.stringify(one)).join(`,\n${PADDING}\n`)}\n]\n`

function inputs(accounts: string | readonly Json[]): DataDirectory {
  return dataDirectory({
    'salesforce_accounts.json': accounts,
    'zendesk_global.json': ORGANIZATIONS,
    'zendesk_usgov.json': NUMBERS.filter(n => n % 4 === 0).map(n =>
      gatheredOrganization('usgov', n, { salesforce_id: idOf(n), expiration_date: '2027-02-01' }),
    ),
    'overrides.yml': JSON.stringify(OVERRIDES),
  })
}

const argumentsFor = ({ path }: DataDirectory) => [
  ...['--data-dir', path, '--today', '2026-11-23', '--overrides', `${path}/overrides.yml`],
  ...['--log-level', 'debug'],
]

async function processor(accounts: string | readonly Json[], allianceId = idOf(4)) {
  const data = inputs(accounts)
  const run = await spawnBin('processor', 'processor', argumentsFor(data), {
    ALLIANCE_ACCOUNT_ID: allianceId,
  })
  return {
    ...run,
    outputs: OUTPUTS.map(name => data.records(name)),
    summary: data.summary('processor.processor'),
    files: readdirSync(data.path).filter(name => name.endsWith('.part')),
    messages: run.log.map(({ msg }) => msg),
  }
}

const DECIDED = 'a second thread decided the last accounts'
const FAILED = 'the second thread failed'

describe('a large file, whose last accounts a second thread decides', () => {
  test('gives the same artifacts, counts and warnings as a small one', async () => {
    const [large, small] = await Promise.all([processor(lines(ACCOUNTS)), processor(ACCOUNTS)])
    expect(large.outputs).toEqual(small.outputs)
    for (const records of large.outputs) expect(records?.length).toBeGreaterThan(1)
    const { records_in, records_out, warnings, exit_code } = small.summary
    expect(large.summary).toMatchObject({ records_in, records_out, warnings, exit_code })
    expect(warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining([
        'UNMAPPED_CHARGES',
        'PARTNER_IS_CUSTOMER',
        'OVERRIDE_LEVEL_WITHOUT_EFFECT',
        'OVERRIDE_WITHOUT_OBJECT',
      ]),
    )
    expect(large.messages).toContain(DECIDED)
    expect(small.messages).not.toContain(DECIDED)
    expect(large.files).toEqual([])
  })

  test('gives the same artifacts if only a part of it has one record per line', async () => {
    const text = lines(ACCOUNTS.slice(0, -2)).replace(
      /\n\]\n$/,
      `,\n${ACCOUNTS.slice(-2).map(one => JSON.stringify(one))}\n]\n`,
    )
    const [large, small] = await Promise.all([processor(text), processor(ACCOUNTS)])
    expect(large.outputs).toEqual(small.outputs)
    expect(large.summary.records_in).toEqual(small.summary.records_in)
    expect(large.messages).toContain(FAILED)
    expect(large.files).toEqual([])
  })

  test.each<[string, string, { code: string; says: string[] }]>([
    [
      'an invalid account',
      lines(ACCOUNTS.with(1_000, account(idOf(1_001), { support_hold: 'yes' }))),
      { code: 'ARTIFACT_RECORD_INVALID', says: ['record 1001', idOf(1_001), 'support_hold'] },
    ],
    [
      'a file that was cut',
      lines(ACCOUNTS).slice(0, -3),
      { code: 'ARTIFACT_NOT_JSON', says: ['after record 1200'] },
    ],
    [
      'a missing comma between the parts',
      lines(ACCOUNTS).replaceAll('},\n ', '}\n '),
      { code: 'ARTIFACT_NOT_JSON', says: ['after record'] },
    ],
    [
      'an account of the first part again',
      lines(ACCOUNTS.with(1_100, account(idOf(1).slice(0, 15)))),
      { code: 'ACCOUNT_TWICE', says: [idOf(1).slice(0, 15)] },
    ],
    [
      'an account of the second part again',
      lines(ACCOUNTS.with(1_100, account(idOf(1_198)))),
      { code: 'ACCOUNT_TWICE', says: [idOf(1_198)] },
    ],
  ])('is refused like a small one: %s', async (_, text, { code, says }) => {
    const { exitCode, failure, outputs, files } = await processor(text)
    expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code })
    for (const part of says) expect(failure.message).toContain(part)
    expect(outputs).toEqual(OUTPUTS.map(() => undefined))
    expect(files).toEqual([])
  })

  test('is refused if the alliance partner in its second part is not configured', async () => {
    const inFirstPart = [4, 304, 604].map(idOf)
    const accounts = ACCOUNTS.filter(({ salesforce_id }) => !inFirstPart.includes(String(salesforce_id)))
    const { exitCode, failure } = await processor(lines(accounts), '')
    expect({ exitCode, code: failure.code }).toEqual({ exitCode: 2, code: 'ALLIANCE_NOT_SET' })
    expect(failure.message).toContain(idOf(904))
  })

  test('leaves nothing behind when the run is cancelled', async () => {
    const data = inputs(lines(ACCOUNTS))
    const { kill, ended } = startProgram('packages/processor/bin/processor.ts', argumentsFor(data), {
      ALLIANCE_ACCOUNT_ID: idOf(4),
    })
    const hasParts = () => readdirSync(data.path).some(name => name.endsWith('.second.part'))
    while (!hasParts()) await setTimeout(2)
    kill('SIGINT')
    const { exitCode, failure } = await ended
    expect({ exitCode, code: failure.code }).toEqual({ exitCode: 75, code: 'CANCELLED' })
    expect(readdirSync(data.path).filter(name => name.endsWith('.part') || OUTPUTS.includes(name))).toEqual(
      [],
    )
  })
})
