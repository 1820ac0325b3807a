import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { calendarOf, dayOf } from '../../../domain/index.ts'
import { screenOf } from '../../../runtime/terminal/index.ts'
import { explain, explanationText } from '../index.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..', '..')
const ARTIFACTS = join(ROOT, 'fixtures', 'artifacts')
const { today } = calendarOf(dayOf(new Date('2026-01-15T12:00:00Z')))
const PLANS = join(ROOT, 'fixtures', 'rules', 'plans.yml')

function ask(query: string, dir: string) {
  const overrides = join(ARTIFACTS, 'processor', 'overrides.yml')
  return explain({ dir, name: 'a run' }, query, { defaults: { plans: PLANS, overrides, today } })
}

function userOf(id: number, email: string) {
  const fields = { organization_id: 360012000002, not_in_sfdc: false }
  return { id, name: 'Twin Tides', email, role: 'end-user', ...fields }
}

/** A run with these users, which the compare leaves alone. */
function withUsers(users: Record<string, unknown>[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'explain-users-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const stage = join(dir, 'usgov-user-sync')
  cpSync(join(ARTIFACTS, 'usgov-user-sync'), stage, { recursive: true })
  writeLines(join(stage, 'zendesk_users.json'), users)
  return dir
}

function writeLines(path: string, lines: Record<string, unknown>[]): void {
  writeFileSync(path, `[\n${lines.map(record => JSON.stringify(record)).join(',\n')}\n]\n`)
}

test('a user without a contact who is not marked: the contacts of their organization are unknown', async () => {
  const dir = withUsers([userOf(1, 'stray@fog.example'), userOf(2, 'STRAY@fog.example')])
  for (const id of ['1', '2'])
    expect(await ask(id, dir)).toMatchObject({
      contact: null,
      plan: { action: 'none', because: { kind: 'contacts_unknown' }, changes: {} },
    })
  const text = explanationText(await ask('1', dir), screenOf({ columns: 200 }, {}))
  expect(text).toContain('unknown (ORGANIZATION_NOT_ASKED), or the compare has not run')
})

test('a contact’s user with a higher id than another of this address is not in sync: they are left alone', async () => {
  const dir = withUsers([
    userOf(12, 'twice@tides.example'),
    userOf(11, 'Twice@Tides.example'),
    // Not synced, so the first user is 11.
    { ...userOf(10, 'twice@tides.example'), role: 'agent' },
  ])
  const contact = { name: 'Twin Tides', email: 'twice@tides.example', organization_id: 360012000002 }
  writeLines(join(dir, 'usgov-user-sync', 'salesforce_contacts.json'), [contact])
  const kindOf = async (id: string) => {
    const explained = await ask(id, dir)
    expect(explained).toMatchObject({ contact: { name: 'Twin Tides' }, plan: { action: 'none' } })
    return explained.subject === 'user' ? explained.plan.because.kind : undefined
  }
  expect(await kindOf('12')).toBe('user_of_lower_id')
  expect(await kindOf('11')).toBe('in_sync')
})
