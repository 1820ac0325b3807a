#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import {
  checkFields,
  gatheredUserSchema,
  protectedAddress,
  USER_FIELDS,
  USERS_INSTANCE,
} from '@support-sync/shared/domain'
import {
  controlledUserSettings,
  httpContextOf,
  runBin,
  zendeskSettings,
} from '@support-sync/shared/runtime/bin'
import { connectZendesk, findControlledUser } from '@support-sync/shared/services/zendesk'

await runBin(import.meta.url, {
  purpose: 'Reads every user of Zendesk US Government, but for the protected ones.',
  settings: { zendesk: zendeskSettings.usgov, controlledUser: controlledUserSettings },
  async run(context) {
    const settings = context.settings()
    const isProtected = protectedAddress(settings.controlledUser)
    const zendesk = connectZendesk(settings.zendesk, httpContextOf(context))
    // Without not_in_sfdc nobody could be marked, and a mark would be lost without a word.
    checkFields(USERS_INSTANCE, USER_FIELDS, await zendesk.fields('user'), () => true)
    await findControlledUser(zendesk, settings.controlledUser)
    const write = context.write('zendesk_users.json', gatheredUserSchema)
    for await (const page of zendesk.users()) {
      for (const { id, name, email, role, organization_id, suspended, user_fields } of page) {
        if (isProtected(email)) continue
        const not_in_sfdc = user_fields.not_in_sfdc === true
        const state = suspended === true ? { suspended } : {}
        write({ id, name, email, role, organization_id, not_in_sfdc, ...state })
      }
    }
  },
})
