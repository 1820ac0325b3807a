import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startSandbox } from '@support-sync/fixtures/sandbox'
import { buildWorld } from '@support-sync/fixtures/world'
import { daySchema } from '@support-sync/shared/domain'
import { runProgram } from '@support-sync/shared/runtime/bin/test'
import type { ObjectDescription } from '@support-sync/shared/services/salesforce'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { grantsFor } from '../permission-set/fields.ts'
import { permissionSetXml } from '../permission-set/xml.ts'
import { seenFields } from '../preflight/missing-fields.ts'
import { queriedBy } from '../preflight/queried-fields.ts'
import { salesforceQueries } from '../preflight/queries.ts'

const SHIPPED = readFileSync(
  join(import.meta.dirname, '../../docs/set-up/salesforce/permissionsets/SupportSync.permissionset-meta.xml'),
  'utf8',
)
const GRANTED = [...SHIPPED.matchAll(/<field>(.+)<\/field>/g)].map(([, field = '']) => field)
const OBJECTS = [
  'Account',
  'Contact',
  'User',
  'Zuora__Subscription__c',
  'Zuora__SubscriptionProductCharge__c',
]
const QUERIES = salesforceQueries(daySchema.parse('2026-01-15'))
const descriptionSchema = z.object({
  name: z.string(),
  fields: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      referenceTo: z.array(z.string()),
      relationshipName: z.string().nullable(),
    }),
  ),
  childRelationships: z.array(
    z.object({ childSObject: z.string(), field: z.string(), relationshipName: z.string().nullable() }),
  ),
})

/** The sandbox Salesforce's description of its objects, for a user who sees everything. */
const descriptions = new Map<string, z.infer<typeof descriptionSchema>>()

beforeAll(async () => {
  const sandbox = await startSandbox(buildWorld('2026-01-15'), { controlledEndUserEmail: 'a@example.com' })
  try {
    const { environment, salesforce } = sandbox
    const login = await fetch(`${salesforce.url}/services/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: environment.SALESFORCE_CLIENT_ID ?? '',
        client_secret: environment.SALESFORCE_CLIENT_SECRET ?? '',
      }),
    })
    const { access_token } = z.object({ access_token: z.string() }).parse(await login.json())
    for (const object of OBJECTS) {
      const answer = await fetch(`${salesforce.url}/services/data/v62.0/sobjects/${object}/describe`, {
        headers: { authorization: `Bearer ${access_token}` },
      })
      descriptions.set(object, descriptionSchema.parse(await answer.json()))
    }
  } finally {
    await sandbox.close()
  }
})

test('the shipped file is what the command prints', async () => {
  const { stdout, exitCode } = await runProgram('cli/permission-set.ts', [])
  expect(exitCode).toBe(0)
  expect(stdout).toBe(SHIPPED)
})

describe('a user with only this permission set', () => {
  test('sees everything that the queries read', async () => {
    expect(await hiddenFrom(GRANTED)).toEqual([])
  })

  test.each(GRANTED)('would miss %s', async field => {
    expect(await hiddenFrom(GRANTED.filter(granted => granted !== field))).not.toEqual([])
  })
})

test('it grants no write access, and read access to all records regardless of sharing', () => {
  expect(SHIPPED).not.toMatch(/<(editable|allowCreate|allowDelete|allowEdit|modifyAllRecords)>true/)
  expect(SHIPPED.match(/<allowRead>true/g)).toHaveLength(4)
  expect(SHIPPED.match(/<viewAllRecords>true/g)).toHaveLength(4)
})

test('fields that are always visible are not granted, but their object is', () => {
  const grants = grantsFor([queriedBy('SELECT Id, Name FROM Contact')])
  expect([...grants]).toEqual([['Contact', new Set()]])
  expect(permissionSetXml(grants)).toContain('<object>Contact</object>')
})

test('fields in conditions and look-ups are granted like selected fields', () => {
  const soql =
    "SELECT Email, Account.Type FROM Contact WHERE Role__c INCLUDES ('a') AND Account.Tier__c = 'b'"
  expect([...grantsFor([queriedBy(soql)])]).toEqual([
    ['Contact', new Set(['AccountId', 'Email', 'Role__c'])],
    ['Account', new Set(['Tier__c', 'Type'])],
  ])
})

test.each([
  ['SELECT Owner__r.Name FROM Account', 'look-up Account.Owner__r'],
  ['SELECT (SELECT Id FROM Cases__r) FROM Account', 'child relationship Account.Cases__r'],
])('the error about an unknown relationship names it: %s', (soql, named) => {
  expect(() => grantsFor([queriedBy(soql)])).toThrow(named)
})

/** What the queries miss if field-level security shows only these fields. */
async function hiddenFrom(granted: readonly string[]): Promise<string[]> {
  const isSeen = (object: string, field: string) =>
    object === 'User' || field === 'Id' || field === 'Name' || granted.includes(`${object}.${field}`)
  const describeSeen = async (object: string): Promise<ObjectDescription | null> => {
    const all = descriptions.get(object)
    return all === undefined
      ? null
      : {
          name: all.name,
          fields: all.fields.filter(({ name }) => isSeen(object, name)),
          childRelationships: all.childRelationships.filter(({ childSObject, field }) =>
            isSeen(childSObject, field),
          ),
        }
  }
  return [...(await seenFields(QUERIES, describeSeen)).values()].flatMap(({ missing }) => missing)
}
