import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Effect, RequestRecord } from '@support-sync/fixtures/sandbox'
import { zendeskOf } from '@support-sync/fixtures/world'
import type { Instance } from '@support-sync/shared/domain'
import { findStage } from '@support-sync/shared/pipeline'
import { z } from 'zod'
import { serve } from './bin-inputs.ts'
import { stateOf, surplus } from './oracle.ts'
import { stampFor } from './stamps.ts'
import { startHere, stateHomeOf } from './start.ts'
import { rowOf, type Undisturbed } from './undisturbed.ts'

export type PoisonedWrite = 'create' | 'update' | 'unmark' | 'mark' | 'associate'

/** A record that fails in every call: alone, in a batch, in a list of ids, in a search. */
export type Poison = {
  undisturbed: Undisturbed
  instance: Instance
  write: PoisonedWrite
  /** Its id, or the name or address of a new record. */
  record: number | string
  /** Its names before and after. */
  labels: string[]
}

export const POISONS: Readonly<Record<string, Effect>> = {
  '500': { kind: 'answer', status: 500 },
  '409': { kind: 'answer', status: 409, body: { error: 'Conflict' } },
  '422': {
    kind: 'answer',
    status: 422,
    body: { error: 'RecordInvalid', description: 'Record validation errors', details: {} },
  },
  closed: { kind: 'close' },
  item: { kind: 'item', details: 'refused on purpose' },
}

const item = z.looseObject({
  id: z.int(),
  name: z.string().optional(),
  organization_fields: z.looseObject({ mark_for_deletion: z.boolean().nullish() }).optional(),
  user_fields: z.looseObject({ not_in_sfdc: z.boolean().nullish() }).optional(),
})
const bodySchema = z.object({
  organization: z.object({ name: z.string() }).optional(),
  user: z.object({ email: z.string() }).optional(),
  organization_membership: z.object({ user_id: z.int() }).optional(),
  organizations: z.array(item).optional(),
  users: z.array(item).optional(),
})

/** The middle record for each kind of write of each sync. */
export function poisonsOf(runs: readonly Undisturbed[]): Poison[] {
  return runs.flatMap(undisturbed => {
    const instance = findStage(undisturbed.stage)?.instance
    if (!rowOf(undisturbed).syncs || !instance) return []
    const all = undisturbed.requests[instance].flatMap(request => writtenBy(undisturbed, instance, request))
    return [...Map.groupBy(all, ({ write }) => write).values()].flatMap(
      of => of[Math.floor(of.length / 2)] ?? [],
    )
  })
}

function writtenBy(undisturbed: Undisturbed, instance: Instance, { write, body }: RequestRecord): Poison[] {
  const parsed = write ? bodySchema.safeParse(body).data : undefined
  if (!parsed) return []
  const { organization, user, organization_membership: membership, organizations, users } = parsed
  const of = { undisturbed, instance }
  const held = zendeskOf(undisturbed.world, instance)
  if (organization)
    return [{ ...of, write: 'create', record: organization.name, labels: [organization.name] }]
  if (user) return [{ ...of, write: 'create', record: user.email, labels: [user.email] }]
  const emailOf = (id: number) => String(held.users.find(one => one.id === id)?.email)
  const nameOf = (id: number) => String(held.organizations.find(one => one.id === id)?.name)
  if (membership) {
    const { user_id } = membership
    return [{ ...of, write: 'associate', record: user_id, labels: [emailOf(user_id)] }]
  }
  return [
    ...(organizations ?? []).map(({ id, name, organization_fields }) => ({
      ...{ ...of, write: kindOf(organization_fields?.mark_for_deletion), record: id },
      labels: [nameOf(id), ...(name ? [name] : [])],
    })),
    ...(users ?? []).map(({ id, user_fields }) => ({
      ...{ ...of, write: kindOf(user_fields?.not_in_sfdc), record: id, labels: [emailOf(id)] },
    })),
  ]
}

function kindOf(mark: boolean | null | undefined): PoisonedWrite {
  if (mark === true) return 'mark'
  return mark === false ? 'unmark' : 'update'
}

/** Runs a sync with a record that fails in Zendesk, then again without the fault. Returns the problems. */
export async function runPoisoned(poison: Poison, effect: Effect): Promise<string[]> {
  const { undisturbed, instance, record, labels } = poison
  const dataDir = await mkdtemp(join(tmpdir(), 'poison-'))
  const sandbox = await serve(undisturbed.world)
  try {
    await cp(undisturbed.inputs, dataDir, { recursive: true })
    stampFor(sandbox, dataDir)
    const bin = { stage: undisturbed.stage, bin: undisturbed.bin }
    sandbox[instance].controls.fail({ record, effect })
    const first = await startHere(bin, dataDir, sandbox.environment)
    const problems =
      first.exitCode === 4 ? [] : [`exit code ${first.exitCode}: ${first.log.join('').slice(-800)}`]
    const state = stateOf(sandbox)
    const isOfCulprit = (text: string) => labels.some(label => text.includes(JSON.stringify(label)))
    const missing = surplus(undisturbed.state, state)
    problems.push(...missing.filter(text => !isOfCulprit(text)).map(text => `missing: ${text}`))
    // If a create fails, its users stay without an organization.
    const isLeftOut = (text: string) => missing.some(other => nameIn(other) === nameIn(text))
    const surplusOnes = surplus(state, undisturbed.state)
    problems.push(
      ...surplusOnes
        .filter(text => !isOfCulprit(text) && !isLeftOut(text))
        .map(text => `unexpected: ${text}`),
    )
    if (missing.filter(isOfCulprit).length === 0) problems.push('the fault hit no request')

    sandbox[instance].controls.clearFaults()
    const again = await startHere(bin, dataDir, sandbox.environment)
    if (again.exitCode !== undisturbed.exitCode)
      problems.push(`second run: exit code ${again.exitCode}: ${again.log.join('').slice(-800)}`)
    const after = stateOf(sandbox)
    problems.push(...surplus(undisturbed.state, after).map(text => `lost: ${text}`))
    problems.push(...surplus(after, undisturbed.state).map(text => `second run: unexpected: ${text}`))
    return problems
  } finally {
    await sandbox.close()
    for (const path of [dataDir, stateHomeOf(dataDir)]) await rm(path, { recursive: true, force: true })
  }
}

/** A user's address or an organization's name. */
function nameIn(text: string): string | undefined {
  return /"email":"[^"]*"/.exec(text)?.[0] ?? /"name":"[^"]*"/.exec(text)?.[0]
}
