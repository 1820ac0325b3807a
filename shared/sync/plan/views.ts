import {
  type Attribute,
  type AttributeValue,
  attributeValues,
  type Changes,
  writeKey,
} from '../../domain/index.ts'
import { createKey, type OrganizationSync, USER_SYNC } from '../../pipeline/index.ts'
import { kindOfUpdate } from './change-kinds.ts'
import type { PlannedWrite, PlanView } from './model.ts'
import type { OrganizationPlan, SyncPlan, UserPlan } from './read-plan.ts'

/** The plan of an instance's (or the partners') organizations, for people. */
export function organizationPlanView(
  plan: OrganizationPlan,
  { stage, title, attributes }: Pick<OrganizationSync, 'stage' | 'title' | 'attributes'>,
): PlanView {
  const creates = plan.creates.map(object => ({
    ...write('create', 'create', { ...object, id: null }),
    changes: changesFromNothing(object, attributes),
  }))
  const updates = plan.updates.map(update => ({
    ...write('update', kindOfUpdate(update.changes), update),
    changes: update.changes,
  }))
  const marks = plan.marks.map(organization => ({
    ...write('mark', 'mark', organization),
    changes: { mark_for_deletion: { from: false, to: true } },
  }))
  return { stage, title, counts: countsOf(plan), writes: [...creates, ...updates, ...marks] }

  function write<Action extends PlannedWrite['action']>(
    action: Action,
    kind: PlannedWrite['kind'],
    { id, salesforce_id, name, support_level }: OrganizationOfPlan,
  ) {
    const key = writeKey({ id, salesforce_id })
    return { action, kind, key, id, name, support_level: textOf(support_level) }
  }
}

type OrganizationOfPlan = {
  id: number | null
  salesforce_id: string | null
  name: string
  support_level?: unknown
}

/** The users' plan. A user's key is the Zendesk id, or for a new user the position in creates.json. */
export function userPlanView(plan: UserPlan): PlanView {
  const { stage, title } = USER_SYNC
  const creates = plan.creates.map(({ name, organization_id }, index) => ({
    ...aUser('create', 'create', { key: createKey(index + 1), id: null, name }),
    changes: { organization_id: { from: null, to: organization_id } },
  }))
  const updates = plan.updates.map(({ id, name, changes }) => ({
    ...aUser('update', kindOfUpdate(changes), { key: String(id), id, name }),
    changes,
  }))
  const marks = plan.marks.map(({ id, name }) => ({
    ...aUser('mark', 'mark', { key: String(id), id, name }),
    changes: { not_in_sfdc: { from: false, to: true } },
  }))
  return { stage, title, counts: countsOf(plan), writes: [...creates, ...updates, ...marks] }
}

function aUser<Action extends PlannedWrite['action']>(
  action: Action,
  kind: PlannedWrite['kind'],
  user: Pick<PlannedWrite, 'key' | 'id' | 'name'>,
) {
  return { action, kind, ...user, support_level: null }
}

function countsOf(plan: SyncPlan<unknown, unknown, unknown>): PlanView['counts'] {
  return {
    create: plan.creates.length,
    update: plan.updates.length,
    mark: plan.marks.length,
    alreadyMarked: plan.alreadyMarked.length,
    gathered: plan.gathered,
    unmarked: plan.unmarked,
    entitled: plan.entitled,
  }
}

/** A new organization's values that differ from those of an empty one. */
function changesFromNothing(
  object: Readonly<Record<string, unknown>>,
  attributes: readonly Attribute[],
): Changes {
  const values = Object.entries(attributeValues(object, attributes)).filter(
    ([, to]: [string, AttributeValue]) => to !== null && to !== false,
  )
  return Object.fromEntries(values.map(([attribute, to]) => [attribute, { from: null, to }]))
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
