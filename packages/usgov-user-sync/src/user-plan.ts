import type { PlannedWrite, PlanView, SyncPlan } from '@support-sync/shared/apply'
import { type GatheredUser, gatheredUserSchema, isSyncedUser } from '@support-sync/shared/domain'
import type { BinContext } from '@support-sync/shared/stage'
import { type UserCreate, type UserUpdate, userCreateSchema, userUpdateSchema } from './plan-records.ts'

export type UserPlan = SyncPlan<UserCreate, UserUpdate, GatheredUser>

export async function readUserPlan(context: BinContext<unknown>): Promise<UserPlan> {
  const notInSync = await context.readAll('not_in_sync.json', gatheredUserSchema)
  let gathered = 0
  for await (const user of context.read('zendesk_users.json', gatheredUserSchema, 'needed')) {
    if (isSyncedUser(user)) gathered += 1
  }
  return {
    creates: await context.readAll('creates.json', userCreateSchema),
    updates: await context.readAll('updates.json', userUpdateSchema),
    marks: notInSync.filter(user => !user.not_in_sfdc),
    alreadyMarked: notInSync.filter(user => user.not_in_sfdc),
    gathered,
  }
}

/** The plan for people. Users are keyed by their Zendesk id, a new one by its place in creates.json. */
export function userPlanView(plan: UserPlan): PlanView {
  return {
    title: 'Zendesk US Government: users',
    counts: {
      create: plan.creates.length,
      update: plan.updates.length,
      mark: plan.marks.length,
      alreadyMarked: plan.alreadyMarked.length,
      gathered: plan.gathered,
    },
    writes: [
      ...plan.creates.map(
        ({ name, organization_id }, index): PlannedWrite => ({
          sign: '+',
          key: createKey(index + 1),
          name,
          changes: { organization_id: { from: null, to: organization_id } },
        }),
      ),
      ...plan.updates.map(
        ({ id, name, changes }): PlannedWrite => ({ sign: '~', key: String(id), name, changes }),
      ),
      ...plan.marks.map(
        ({ id, name }): PlannedWrite => ({
          sign: '-',
          key: String(id),
          name,
          changes: { not_in_sfdc: { from: false, to: true } },
        }),
      ),
    ],
  }
}

/** The key of a user who has no id yet: a person finds the address there. */
export function createKey(number: number): string {
  return `creates.json record ${number}`
}
