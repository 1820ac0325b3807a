import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { addDays, calendarOf, dayOf, daySchema, GRACE_DAYS } from '../../../domain/index.ts'
import { screenOf } from '../../../runtime/terminal/index.ts'
import { explain, explanationSchema, explanationText, valueText } from '../index.ts'
import type { AccountExplanation } from '../model.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..', '..')
const ARTIFACTS = join(ROOT, 'fixtures', 'artifacts')
const { today } = calendarOf(dayOf(new Date('2026-01-15T12:00:00Z')))
const OVERRIDES = join(ARTIFACTS, 'processor', 'overrides.yml')
const PLANS = join(ROOT, 'fixtures', 'rules', 'plans.yml')
const copy = mkdtempSync(join(tmpdir(), 'explain-'))
cpSync(ARTIFACTS, copy, { recursive: true })
afterAll(() => rmSync(copy, { recursive: true }))

function ask(query: string, given: { dir?: string; overrides?: string; plans?: string } = {}) {
  const { dir = ARTIFACTS, ...rules } = given
  return explain({ dir, name: 'a run' }, query, {
    ...rules,
    defaults: { plans: PLANS, overrides: OVERRIDES, today },
  })
}

async function account(query: string, given: Parameters<typeof ask>[1] = {}): Promise<AccountExplanation> {
  const explanation = await ask(query, given)
  if (explanation.subject !== 'account') throw new Error(`${query} is not an account`)
  return explanation
}

function syncOf({ syncs }: AccountExplanation, stage: string) {
  const sync = syncs.find(one => one.stage === stage)
  if (!sync) throw new Error(`no sync ${stage}`)
  return sync
}

type Records = Record<string, unknown>[]

function records(folder: string, name: string): Records {
  const text = readFileSync(join(ARTIFACTS, folder, name), 'utf8')
  return z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(text))
}

const ACCOUNTS = records('processor', 'salesforce_accounts.json').map(({ salesforce_id }) =>
  String(salesforce_id),
)
const INSTANCES = [
  ['sync-global', 'compare-global', 'global'],
  ['sync-usgov', 'compare-usgov', 'usgov'],
] as const

describe.each(ACCOUNTS)('of account %s', id => {
  test.each(INSTANCES)(
    '%s: it explains what the processor decided and the compare planned',
    async (stage, compare, instance) => {
      const sync = syncOf(await account(id), stage)
      const of = (name: string) =>
        records(stage, `${instance}_${name}.json`).find(one => one.salesforce_id === id)
      const object = records(compare, `${instance}_accounts.json`).find(one => one.salesforce_id === id)
      if (object)
        // The hand-made records may lack attributes that were added to the catalogue later.
        for (const { key, should_be } of sync.attributes)
          expect([key, should_be || null]).toEqual([key, object[key] || null])
      else expect(sync).toMatchObject({ attributes: [], without: { kind: expect.any(String) } })
      const action = of('updates') ? 'update' : of('creates') ? 'create' : of('not_in_sync') ? 'mark' : 'none'
      expect(sync.plan.action).toBe(action)
      expect(sync.plan.from).toBe('artifacts')
      if (action === 'update') expect(sync.plan.changes).toEqual(of('updates')?.changes)
    },
  )

  test('every attribute has a reason, and the model matches its schema', async () => {
    const explanation = await account(id)
    expect(explanationSchema.parse(JSON.parse(JSON.stringify(explanation)))).toEqual(explanation)
    for (const { attributes } of explanation.syncs)
      for (const { because } of attributes) expect(valueText(because)).toMatch(/^\S.{4,}/)
    expect(explanation.notes.filter(({ kind }) => kind === 'decided_otherwise')).toEqual([])
  })
})

describe('what a query can name', () => {
  test.each([
    ['the short id', '001Ab00000F2mKd'],
    ['the name', 'Harbour Lane Books'],
    ['the name in another case', 'harbour lane books'],
    ['a part of the name', 'bour lane'],
    ['the Zendesk id', '360011000003'],
  ])('an account by %s', async (_, query) => {
    expect((await ask(query)).subject).toBe('account')
    expect((await account(query)).salesforce_id).toBe('001Ab00000F2mKdIAJ')
  })

  test('an organization without salesforce_id, and one with another text instead', async () => {
    const byHand = await account('360012000004')
    expect(byHand).toMatchObject({ account: null, salesforce_id: null, name: 'Made by Hand' })
    expect(syncOf(byHand, 'sync-usgov').plan.action).toBe('mark')
    const prospect = await account('PRIORITY PROSPECT')
    expect(prospect.name).toBe('Prospect from the Fair')
    expect(syncOf(prospect, 'sync-global').plan).toMatchObject({
      action: 'none',
      because: { kind: 'protected' },
    })
  })

  test('a partner, whose organization belongs to partner-sync', async () => {
    const partner = await account('Open Oak Integrators')
    expect(syncOf(partner, 'partner-sync')).toMatchObject({
      plan: { action: 'update', changes: { account_owner: { to: 'Priya Raman' } } },
    })
  })

  test('a partner without an organization yet', async () => {
    const path = join(copy, 'partner-sync')
    writeFileSync(join(path, 'zendesk_orgs.json'), '[]\n')
    writeFileSync(join(path, 'updates.json'), '[]\n')
    const [partner] = records('partner-sync', 'updates.json').filter(
      ({ name }) => name === 'Open Oak Integrators',
    )
    const { changes, id, ...object } = partner ?? {}
    writeFileSync(join(path, 'creates.json'), `[\n${JSON.stringify(object)}\n]\n`)
    const explained = await account('Open Oak Integrators', { dir: copy })
    expect(explained).toMatchObject({ account: null, partner: 'open_partner', notes: [] })
    expect(syncOf(explained, 'partner-sync').plan.action).toBe('create')
    const text = explanationText(explained, screenOf({}, {}))
    expect(text).toMatch(/^Open Oak Integrators {2}001Ab00000FEyRhIAL\nopen_partner: Salesforce has it/)
    expect(text).toContain('Salesforce\n  partner (open_partner), not a customer account\n')
  })

  test('neither a customer nor a partner: Salesforce has no such account', async () => {
    const gone = await account('Gone Geological Survey')
    expect(gone).toMatchObject({
      account: null,
      partner: null,
      notes: [{ kind: 'no_account' }],
    })
    expect(explanationText(gone, screenOf({}, {}))).toContain('Salesforce\n  no such account\n')
  })

  test('a user who is updated, with changes from and to', async () => {
    const text = explanationText(await ask('otto@two-shores.example'), screenOf({}, {}))
    expect(text).toMatch(/~ {2}to update: .*\n {2}~ {2}organization_id {2}360012000002 → 360012000003$/m)
  })

  test('a user by id or email address, and why they are marked', async () => {
    const gone = await ask('361012000005')
    expect(gone).toMatchObject({ subject: 'user', contact: null, plan: { action: 'mark' } })
    expect(await ask('GUSTAV@gone.example')).toEqual(gone)
  })

  test.each([
    ['the whole name', 'harbor lane bookz'],
    ['a part of the name', 'harbor lane'],
    ['a word of it', 'harbuor'],
  ])('without a match, the error shows records similar to %s', async (_, misspelt) => {
    await expect(ask(misspelt)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('similar: Harbour Lane Books (001Ab00000F2mKdIAJ)'),
      next: expect.stringContaining('Search by the id shown after the name.'),
    })
  })

  test('without a similar record either, the error shows none', async () => {
    const asked = ask('zzyzx quux')
    await expect(asked).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(asked).rejects.not.toMatchObject({ message: expect.stringContaining('similar:') })
    await expect(asked).rejects.not.toMatchObject({ next: expect.stringContaining('after the name') })
  })

  test('a user’s name has no match; only a query for an email address mentions protected users', async () => {
    const byName = ask('Stella Tides')
    await expect(byName).rejects.toMatchObject({
      code: 'NOT_FOUND',
      next: expect.stringContaining('users by full email address or Zendesk id.'),
    })
    const protectedUser = { next: expect.stringContaining('The sync never reads protected users.') }
    await expect(byName).rejects.not.toMatchObject(protectedUser)
    await expect(ask('nobody@two-shores.example')).rejects.toMatchObject(protectedUser)
  })

  test('for a misspelt email address, the hint is to check it and shows no other address', async () => {
    const asked = ask('oto@two-shores.example')
    await expect(asked).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'run a run has no record "oto@two-shores.example"',
      next: expect.stringMatching(/^Check the email address\. (?!.*otto@)/),
    })
    await expect(ask('zzyzx quux')).rejects.toMatchObject({
      next: expect.not.stringContaining('Check the email address'),
    })
  })

  test('a run whose gathers did not succeed has nothing to search', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'explain-empty-'))
    for (const query of ['Acme', '001Ab00000F2mKdIAJ', '360001000126', 'otto@two-shores.example']) {
      await expect(ask(query, { dir })).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: 'run a run has no accounts and no organizations',
      })
    }
    rmSync(dir, { recursive: true })
  })

  test('several matches are listed', async () => {
    await expect(ask('re')).rejects.toMatchObject({
      code: 'SEVERAL_MATCH',
      message: expect.stringMatching(/^\d+ records have "re" in their name: .*\(001Ab00000F/),
    })
  })
})

describe('the rules for the decision', () => {
  test('an override: its entry and what it changes', async () => {
    const { override } = await account('Seaside Sails')
    expect(override).toMatchObject({
      entry: { seats: 500 },
      changes: { global: { seats_decimal: { from: 25, to: 500 } }, usgov: {} },
    })
  })

  test('a run is explained by the rules that it kept, not by today’s files', async () => {
    const kept = { salesforce_id: '001Ab00000FDzEbIAL', seats: 7 }
    writeFileSync(join(copy, 'processor', 'overrides_used.json'), `[\n${JSON.stringify(kept)}\n]\n`)
    const explained = await account('Seaside Sails', { dir: copy })
    expect(explained.override?.changes.global.seats_decimal).toEqual({ from: 25, to: 7 })
    // Its artifacts were made with 500, so the difference is shown.
    expect(explained.notes).toContainEqual({
      kind: 'decided_otherwise',
      instance: 'global',
      changes: { seats_decimal: { from: 500, to: 7 } },
    })
    expect(explanationText(explained, screenOf({}, {}))).toContain('seats_decimal 500, here 7')
    const trial = await account('Seaside Sails', { dir: copy, overrides: OVERRIDES })
    expect(syncOf(trial, 'sync-global').plan.from).toBe('computed')
    expect(trial.next.join()).toContain('trial')
  })
})

test('a partner that became a customer is recognised by the type of its organization', async () => {
  const dir = join(copy, 'moved')
  cpSync(ARTIFACTS, dir, { recursive: true })
  const path = join(dir, 'processor', 'zendesk_global.json')
  const moved = readFileSync(path, 'utf8').replace(
    /("name":"Old Mill Press".*?"account_type":)"customer"/,
    '$1"select_partner"',
  )
  writeFileSync(path, moved)
  expect((await account('Old Mill Press', { dir })).notes).toContainEqual({
    kind: 'partner_is_customer',
    account_type: 'select_partner',
  })
})

test('several records with exactly this name are reported as such', async () => {
  const dir = join(copy, 'namesakes')
  cpSync(ARTIFACTS, dir, { recursive: true })
  const path = join(dir, 'processor', 'salesforce_accounts.json')
  const renamed = readFileSync(path, 'utf8').replace('"name":"Old Mill Press"', '"name":"Harbour Lane Books"')
  writeFileSync(path, renamed)
  await expect(ask('Harbour Lane Books', { dir })).rejects.toMatchObject({
    code: 'SEVERAL_MATCH',
    message: expect.stringMatching(/^2 records have the name "Harbour Lane Books": /),
  })
})

describe('a Zendesk id that both instances have', () => {
  const MADE_BY_HAND = '360012000004'

  /** A run in which Global also has an organization with that id. */
  function twoOfOneId(name: string, salesforce_id: string | null): string {
    const dir = mkdtempSync(join(copy, 'same-id-'))
    cpSync(ARTIFACTS, dir, { recursive: true })
    const [other] = records('processor', 'zendesk_global.json')
    const added = { ...other, id: Number(MADE_BY_HAND), name, salesforce_id }
    const all = [...records('processor', 'zendesk_global.json'), added]
    writeFileSync(join(dir, 'processor', 'zendesk_global.json'), JSON.stringify(all))
    return dir
  }

  test.each([
    ['without salesforce_id', null, MADE_BY_HAND],
    ['of an account', '001Ab00000F2mKdIAJ', '001Ab00000F2mKdIAJ'],
  ])('matches both, also if one is %s', async (_, salesforce_id, known) => {
    await expect(ask(MADE_BY_HAND, { dir: twoOfOneId('Twin', salesforce_id) })).rejects.toMatchObject({
      code: 'SEVERAL_MATCH',
      message: `2 organizations have the id ${MADE_BY_HAND}: Twin (${known}) of Zendesk Global, Made by Hand (${MADE_BY_HAND}) of Zendesk US Government`,
      next: 'Search by salesforce_id or name.',
    })
  })

  test('by name, each is explained separately', async () => {
    const dir = twoOfOneId('Twin', null)
    const [twin, byHand] = [await account('Twin', { dir }), await account('Made by Hand', { dir })]
    expect(syncOf(twin, 'sync-global').organizations).toMatchObject([{ name: 'Twin' }])
    expect(syncOf(twin, 'sync-usgov')).toMatchObject({ organizations: [], plan: { action: 'none' } })
    expect(syncOf(byHand, 'sync-global')).toMatchObject({ organizations: [], plan: { action: 'none' } })
    expect(syncOf(byHand, 'sync-usgov')).toMatchObject({
      organizations: [{ name: 'Made by Hand' }],
      plan: { action: 'mark' },
    })
  })

  test('two with the same name are also two', async () => {
    await expect(ask('Made by Hand', { dir: twoOfOneId('Made by Hand', null) })).rejects.toMatchObject({
      code: 'SEVERAL_MATCH',
      message: expect.stringMatching(/^2 records have the name "Made by Hand": /),
    })
  })
})

test('agents’ text does not reach the terminal unescaped', async () => {
  const path = join(copy, 'processor', 'zendesk_global.json')
  const hostile = 'Old Mill \u001b[2J\u202ePress'
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace('"name":"Old Mill Press"', `"name":${JSON.stringify(hostile)}`),
  )
  const text = explanationText(await ask('001Ab00000F3pLtIAJ', { dir: copy }), screenOf({}, {}))
  expect(text).toContain('Old Mill \\u001b[2J\\u202ePress')
})

const GRACE_ENDED = addDays(daySchema.parse('2025-11-30'), GRACE_DAYS)
const ENDED = `"Premium - 1 Year" ended 2025-11-30, its ${GRACE_DAYS} days of grace ended ${GRACE_ENDED}`

test('as text: the answer, then the details from Salesforce to Zendesk, then what to do', async () => {
  const explained = await account('Old Mill Press')
  const text = explanationText(explained, screenOf({}, {}))
  const said = /from Salesforce: .*/.exec(text)?.[0]
  for (const value of ['name "Old Mill Press"', 'account_owner "Dana Whitfield"'])
    expect(said).toContain(value)
  expect(said).not.toContain('support_hold')
  const whole = explanationText(explained, screenOf({}, {}), { all: true })
  expect(whole).toContain('support_hold false')
  const unset = /false, because no charge sets them: .*/.exec(whole)?.[0]
  for (const key of ['sub_sm_ultimate', 'sub_ss_enterprise']) expect(unset).toContain(key)
  expect(unset).not.toContain('sub_sm_premium')
  const { attributes } = syncOf(explained, 'sync-global')
  const folded = attributes.filter(({ differs, should_be }) => !differs && !should_be).length
  const graceEnded = new Date(GRACE_ENDED).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' })
  expect(text).toBe(`Old Mill Press  001Ab00000F3pLtIAJ
expired: Premium ended 46 days ago; the ${GRACE_DAYS} days of grace ended on ${graceEnded}
run a run
decided for 2026-01-15: the run does not record a date; --today sets one
plans: ${PLANS}, because the run kept none
overrides: ${OVERRIDES}, because the run kept none

Salesforce
  Customer · ARR 24,000 · mid-market · AMER · owner Dana Whitfield · 1 subscription, 1 charge

Subscriptions
  A-S00000103 → Global  Active, 2024-12-31 to 2025-11-30
    its charges in plans.yml have all ended, and none of them is US Government's
    –  Premium - 1 Year  sm_premium  7  ended 2025-11-30

Zendesk Global: organizations
  support level expired: ${ENDED}
  organization 360011000004 Old Mill Press (customer, premium)
  ~  to update: Zendesk has other values
  ~  account_type     "customer" → "former_customer"  support is expired
  ~  support_level    "premium" → "expired"           ${ENDED}
  ~  aar              24000 → 0                       0 when expired
  ~  seats_decimal    7 → 0                           no active charge counts seats
  ~  sub_sm_premium   true → false                    "Premium - 1 Year" ended 2025-11-30
     expiration_date  "2025-11-30"                    "Premium - 1 Year" ends last
     ${said}
     ${folded} attributes are not set; --all shows them

Zendesk US Government: organizations
  no object (none of its subscriptions is this instance's) and no organization: nothing to write

Next
  →  If it was renewed, correct the end dates in Salesforce or add an override.
  →  The next sync writes it. To see everything that it will write: ./support-sync plan`)
})
