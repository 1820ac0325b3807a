import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { attributesOf, INSTANCES } from '@support-sync/shared/domain'
import { seeded } from '../random.ts'
import { accountId, generateAccounts } from './accounts.ts'
import { lineWriter, recordsOf, writeLines } from './lines.ts'
import { FIRST_ID } from './world.ts'

/** The accounts, and instances with one organization each, for the processor's first run. */
export function writeAccounts(dir: string, count: number): void {
  mkdirSync(dir, { recursive: true })
  writeLines(join(dir, 'salesforce_accounts.json'), generateAccounts(count))
  for (const instance of INSTANCES) {
    const empty = Object.fromEntries(attributesOf(instance).map(({ key }) => [key, null]))
    writeLines(join(dir, `zendesk_${instance}.json`), [{ id: 1, ...empty, name: 'Nobody' }])
  }
}

/** After an object comes the one that is this many later. It is a prime number, so each object comes once. */
const STEP = 99_991

/**
 * Zendesk's organizations for some objects after an hour, in another order than the objects: one in fifty objects has none
 * yet, one in thirty differs, and one organization in fifty has no account.
 */
export function writeOrganizations(objects: string, to: string): void {
  const random = seeded(7)
  const { write, close } = lineWriter(to)
  const records = recordsOf(objects)
  let id = FIRST_ID
  for (let count = 0; count < records.length; count += 1) {
    id += 2
    if (random.happens(0.02)) continue
    const { sold_tos: _, ...object } = JSON.parse(records.at((count * STEP) % records.length))
    write({ id, ...object, ...(random.happens(0.03) ? { account_owner: 'Nobody' } : {}) })
    if (random.happens(0.02))
      write({ ...object, id: id + 1, name: `Gone ${id}`, salesforce_id: `gone ${id}` })
  }
  close()
}

/** Partners in Salesforce, and their organizations. */
export function writePartners(dir: string, count: number): void {
  const random = seeded(11)
  const partner = (number: number) => ({
    name: `Partner ${number}`,
    salesforce_id: accountId(number),
    sfdc_short_id: accountId(number).slice(0, 15),
    account_type: number % 3 === 0 ? 'open_partner' : 'select_partner',
    account_owner: 'Dana Whitfield',
    technical_account_manager: null,
    solutions_architect: null,
    restricted_account: false,
    org_in_escalated_state: false,
    support_hold: false,
    mark_for_deletion: false,
  })
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  mkdirSync(dir, { recursive: true })
  writeLines(join(dir, 'salesforce_accounts.json'), numbers.map(partner))
  const held = numbers.filter(() => !random.happens(0.01))
  writeLines(
    join(dir, 'zendesk_orgs.json'),
    held.map(number => ({ id: FIRST_ID + number, ...partner(number), support_hold: random.happens(0.02) })),
  )
}

/** US Government users and their contacts. */
export function writeUsers(dir: string, count: number): void {
  const random = seeded(13)
  const person = (number: number) => ({
    name: `Person ${number}`,
    email: `person.${number}@agency-${number % 997}.example.com`,
    organization_id: FIRST_ID + (number % 9973),
  })
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  mkdirSync(dir, { recursive: true })
  const organizations = new Set(numbers.map(number => person(number).organization_id))
  writeLines(
    join(dir, 'zendesk_orgs.json'),
    [...organizations].map(id => ({ id, name: `Agency ${id}`, salesforce_id: accountId(id - FIRST_ID) })),
  )
  writeLines(join(dir, 'salesforce_contacts.json'), numbers.filter(() => !random.happens(0.01)).map(person))
  writeLines(
    join(dir, 'zendesk_users.json'),
    numbers
      .filter(() => !random.happens(0.01))
      .map(number => ({
        id: FIRST_ID + number,
        ...person(number),
        ...(random.happens(0.02) ? { name: 'Old name' } : {}),
        role: random.happens(0.02) ? 'agent' : 'end-user',
        not_in_sfdc: false,
      })),
  )
}
