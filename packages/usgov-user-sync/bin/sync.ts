#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { protectedAddress, userKey } from '@support-sync/shared/domain'
import { BINS, type Bin } from '@support-sync/shared/pipeline'
import { defineBin, runBin } from '@support-sync/shared/runtime/bin'
import { controlledUserSettings, zendeskSettings } from '@support-sync/shared/runtime/settings'
import { applyPlan, connectToWrite } from '@support-sync/shared/sync/apply'
import { readUserPlan, userPlanView } from '@support-sync/shared/sync/plan'
import { userWriter } from '../src/user-writer.ts'

const row: Bin = BINS.users.sync
const bin = defineBin(row, {
  purpose:
    'Writes the plan to Zendesk US Government: creates and updates users, marks those without a contact.',
  settings: { zendesk: zendeskSettings.usgov, controlledUser: controlledUserSettings },
  async run(context) {
    const plan = await readUserPlan(context.artifacts.read)
    return applyPlan(context, plan, userPlanView(plan), run => {
      const settings = context.settings()
      const people = {
        isProtected: protectedAddress(settings.controlledUser),
        contacts: new Set([...plan.creates, ...plan.updates].map(({ email }) => userKey(email))),
        notInSync: new Set([...plan.marks, ...plan.alreadyMarked].map(({ id }) => id)),
      }
      return userWriter(connectToWrite(context, settings.zendesk), people, context.run, run)
    })
  },
})

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
