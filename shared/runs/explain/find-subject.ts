import { distance } from 'fastest-levenshtein'
import { z } from 'zod'
import {
  INSTANCES,
  type Instance,
  isSalesforceId,
  type MatchKey,
  matchKey,
  organizationKey,
  PARTNERS_INSTANCE,
  userKey,
  zendeskName,
} from '../../domain/index.ts'
import { type Artifact, artifacts } from '../../pipeline/index.ts'
import { readArtifact } from '../../runtime/artifacts/index.ts'
import { badInput, type ExpectedError } from '../../runtime/errors/index.ts'
import { printable } from '../../runtime/text/index.ts'
import {
  artifactPath,
  inJson,
  type NamedRecord,
  namedInJson,
  namesOf,
  type Run,
  recordsWith,
} from '../find/index.ts'

/** The record that a query names. */
export type Subject =
  | { kind: 'account'; key: MatchKey }
  /** An organization without a key. */
  | { kind: 'organization'; id: number; instance: Instance }
  | { kind: 'user'; id: number }

/** How many similar records an error shows, and how many matching ones. */
const NEAREST = 5
const SEVERAL = 10

const keyedSchema = z.object({
  id: z.int().nullish(),
  salesforce_id: z.string().nullable(),
  sfdc_short_id: z.string().nullish(),
  name: z.string(),
})

/** The artifacts that can have an account or organization. An account belongs to no instance: it gets PARTNERS_INSTANCE. */
const PLACES = [
  place(PARTNERS_INSTANCE, artifacts.accounts),
  ...INSTANCES.map(instance => place(instance, artifacts.instances[instance].gathered)),
  place(PARTNERS_INSTANCE, artifacts.partners.objects),
  place(PARTNERS_INSTANCE, artifacts.partners.gathered),
]

function place(instance: Instance, { producer, name }: Artifact) {
  return { instance, artifact: { producer, name, schema: keyedSchema } }
}

/**
 * Finds the record of a salesforce_id (15 or 18 characters, or what an agent entered instead), the Zendesk id of an
 * organization or user, a name or part of one, or a user's email address.
 * Throws an `ExpectedError` if none matches (with near matches) or several match.
 */
export async function findSubject(run: Run, query: string): Promise<Subject> {
  const text = query.trim()
  const found =
    (/^\d+$/.test(text) ? await byZendeskId(run, Number(text)) : undefined) ??
    (text.includes('@') ? await byAddress(run, text) : undefined) ??
    (isSalesforceId(text) ? await bySalesforceId(run, text) : await byExactName(run, text))
  // Each search reads every artifact, so the most likely comes first.
  return (
    found ??
    (isSalesforceId(text) ? await byExactName(run, text) : await bySalesforceId(run, text)) ??
    (await byName(run, text))
  )
}

/** Each instance has its own ids, so both may have the same one. */
async function byZendeskId(run: Run, id: number): Promise<Subject | undefined> {
  const found = new Map<Instance, Placed>()
  for (const { instance, artifact } of PLACES) {
    if (found.has(instance)) continue
    const organization = (await recordsWith(run, artifact, String(id))).find(record => record.id === id)
    if (organization) found.set(instance, { ...organization, id, instance })
  }
  const [only, another] = distinct([...found.values()])
  if (only && another) throw severalOfId(id, [...found.values()])
  if (only) return subjectOf(only)
  const users = await recordsWith(run, artifacts.users.gathered, String(id))
  return users.some(user => user.id === id) ? { kind: 'user', id } : undefined
}

/** Email addresses are case-insensitive, so this checks every user. */
async function byAddress(run: Run, address: string): Promise<Subject | undefined> {
  const path = artifactPath(run, artifacts.users.gathered)
  if (path === undefined) return undefined
  for await (const { id, email } of readArtifact(path, artifacts.users.gathered.schema))
    if (email !== null && userKey(email) === userKey(address)) return { kind: 'user', id }
  return undefined
}

async function bySalesforceId(run: Run, text: string): Promise<Subject | undefined> {
  const key = matchKey(text)
  for (const { instance, artifact } of PLACES) {
    const records = await recordsWith(run, artifact, key ?? inJson(text))
    const hit = records.find(record =>
      key === null ? record.salesforce_id?.trim() === text : organizationKey(record) === key,
    )
    if (hit) return subjectOf({ ...hit, id: hit.id ?? null, instance })
  }
  return undefined
}

/** The exact name. This is fast and almost always enough. */
async function byExactName(run: Run, text: string): Promise<Subject | undefined> {
  const named: Placed[] = []
  for (const { instance, artifact } of PLACES) {
    for (const { id = null, ...record } of await recordsWith(run, artifact, namedInJson(text)))
      named.push({ id, ...record, instance })
  }
  const [only, another] = distinct(named)
  return only && !another ? subjectOf(only) : undefined
}

async function byName(run: Run, text: string): Promise<Subject> {
  const named: Placed[] = []
  for (const { instance, artifact } of PLACES)
    for (const record of await namesOf(artifactPath(run, artifact))) named.push({ ...record, instance })
  const wanted = text.toLowerCase()
  const exact = distinct(named.filter(({ name }) => name.trim().toLowerCase() === wanted))
  const found =
    exact.length > 0 ? exact : distinct(named.filter(({ name }) => name.toLowerCase().includes(wanted)))
  const [only] = found
  if (only && found.length === 1) return subjectOf(only)
  if (found.length > 1) throw several(text, found, exact.length > 0 ? 'whole' : 'part')
  throw named.length === 0 ? nothingRead(run) : notFound(run, text, named)
}

type Placed = NamedRecord & { instance: Instance }

function subjectOf({ id, instance, ...ids }: Omit<Placed, 'name'>): Subject {
  const key = organizationKey(ids)
  if (key) return { kind: 'account', key }
  return { kind: 'organization', id: id ?? 0, instance }
}

/** Each account or organization once, even if several artifacts have it. */
function distinct(named: readonly Placed[]): Placed[] {
  return [...new Map(named.map(record => [identityOf(record), record])).values()]
}

function identityOf({ id, instance, ...ids }: Placed): string {
  return organizationKey(ids) ?? `organization ${id} of ${instance}`
}

function severalOfId(id: number, found: readonly Placed[]): ExpectedError {
  const named = found.map(one => `${listed([one])} of ${zendeskName(one.instance)}`)
  return badInput('SEVERAL_MATCH', {
    message: `${found.length} organizations have the id ${id}: ${named.join(', ')}`,
    next: 'Search by salesforce_id or name.',
  })
}

function several(text: string, found: readonly Placed[], matched: 'whole' | 'part'): ExpectedError {
  const shown = `"${printable(text)}"`
  const said = matched === 'whole' ? `records have the name ${shown}` : `records have ${shown} in their name`
  const more = found.length > SEVERAL ? ` and ${found.length - SEVERAL} more` : ''
  return badInput('SEVERAL_MATCH', {
    message: `${found.length} ${said}: ${listed(found.slice(0, SEVERAL))}${more}`,
    next: 'Search by the id shown after the name.',
  })
}

function nothingRead(run: Run): ExpectedError {
  return badInput('NOT_FOUND', {
    message: `run ${printable(run.name)} has no accounts and no organizations`,
    next: 'Its gathers did not succeed. Select another run with --run, or run it again.',
  })
}

function notFound(run: Run, text: string, named: readonly Placed[]): ExpectedError {
  const isAddress = text.includes('@')
  const wanted = text.toLowerCase()
  const most = Math.max(2, wanted.length / 3)
  // Other email addresses are personal data, and a similar name does not help.
  const near = distinct(isAddress ? [] : named)
    .map(record => ({ record, far: distanceTo(wanted, record, most) }))
    .filter(({ far }) => far <= most)
    .sort((one, other) => one.far - other.far)
    .slice(0, NEAREST)
    .map(({ record }) => record)
  const nearest = near.length > 0 ? `; similar: ${listed(near)}` : ''
  const next = [
    ...(isAddress ? ['Check the email address.'] : []),
    ...(near.length > 0 ? ['Search by the id shown after the name.'] : []),
    'Search accounts and organizations by salesforce_id, Zendesk id or name, and users by full email address or Zendesk id. --run selects another run.',
    ...(isAddress ? ['The sync never reads protected users.'] : []),
  ]
  return badInput('NOT_FOUND', {
    message: `run ${printable(run.name)} has no record "${printable(text)}"${nearest}`,
    next: next.join(' '),
  })
}

/**
 * The edit distance between a text and a record's name or id. Any distance over `most` counts the same. For a part of
 * the name the limit is lower, because there are many parts.
 */
function distanceTo(wanted: string, { name, salesforce_id }: NamedRecord, most: number): number {
  const whole = [name, ...(salesforce_id === null ? [] : [salesforce_id, matchKey(salesforce_id) ?? ''])]
  const parts = partsOf(name, wanted.split(/\s+/).length)
  return Math.min(
    editDistance(wanted, whole, most),
    editDistance(wanted, parts, Math.ceil(wanted.length / 4)),
  )
}

function editDistance(wanted: string, texts: readonly string[], most: number): number {
  // The difference in length is a lower bound, which excludes most texts.
  const comparable = texts.filter(text => Math.abs(text.length - wanted.length) <= most)
  const far = Math.min(...comparable.map(text => distance(wanted, text.toLowerCase())))
  return far <= most ? far : Number.POSITIVE_INFINITY
}

/** The parts of a name with this many words, for people who remember only a part. */
function partsOf(name: string, count: number): string[] {
  const words = name.trim().split(/\s+/)
  const starts = Math.max(0, words.length - count + 1)
  return Array.from({ length: starts }, (_, start) => words.slice(start, start + count).join(' '))
}

function listed(found: readonly Placed[]): string {
  return found
    .map(({ id, salesforce_id, name }) => `${printable(name)} (${printable(salesforce_id ?? String(id))})`)
    .join(', ')
}
