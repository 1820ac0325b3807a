#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { protectedAddress, userKey } from '@support-sync/shared/domain'
import { controlledUserSettings, runBin, zendeskSettings } from '@support-sync/shared/runtime/bin'
import { applyPlan, connectToWrite } from '@support-sync/shared/sync/apply'
import { readUserPlan, userPlanView } from '@support-sync/shared/sync/plan'
import { userWriter } from '../src/user-writer.ts'

await runBin(import.meta.url, {
  purpose:
    'Writes the plan to Zendesk US Government: creates and updates users, marks those without a contact.',
  settings: { zendesk: zendeskSettings.usgov, controlledUser: controlledUserSettings },
  async run(context) {
    const plan = await readUserPlan(context.read)
    return applyPlan(context, 'usgov-user-sync', plan, userPlanView(plan), run => {
      const settings = context.settings()
      const people = {
        isProtected: protectedAddress(settings.controlledUser),
        contacts: new Set([...plan.creates, ...plan.updates].map(({ email }) => userKey(email))),
        notInSync: new Set([...plan.marks, ...plan.alreadyMarked].map(({ id }) => id)),
      }
      return userWriter(connectToWrite(context, settings.zendesk), people, context, run)
    })
  },
})
