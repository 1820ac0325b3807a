#!/usr/bin/env -S sh -c 'exec "$(dirname "$(realpath "$0")")/../../../node_modules/.bin/tsx" "$0" "$@"'
import { checkFields, protectedAddress, USER_FIELDS, USERS_INSTANCE } from '@support-sync/shared/domain'
import { artifacts, BINS } from '@support-sync/shared/pipeline'
import { defineBin, runBin } from '@support-sync/shared/runtime/bin'
import { controlledUserSettings, zendeskSettings } from '@support-sync/shared/runtime/settings'
import { connectZendesk, findControlledUser } from '@support-sync/shared/services/zendesk'

const bin = defineBin(BINS.users.zendesk_users_gather, {
  purpose: 'Reads all users from Zendesk US Government except the protected ones.',
  settings: { zendesk: zendeskSettings.usgov, controlledUser: controlledUserSettings },
  async run({ artifacts: { write }, http, settings }) {
    const { zendesk: credentials, controlledUser } = settings()
    const isProtected = protectedAddress(controlledUser)
    const zendesk = connectZendesk(credentials, http)
    // Without the field not_in_sfdc, Zendesk would ignore a mark without an error.
    checkFields(USERS_INSTANCE, USER_FIELDS, await zendesk.fields('user'), () => true)
    await findControlledUser(zendesk, controlledUser)
    const writeUser = write(artifacts.users.gathered)
    for await (const page of zendesk.users()) {
      for (const { id, name, email, role, organization_id, suspended, user_fields } of page) {
        if (isProtected(email)) continue
        const not_in_sfdc = user_fields.not_in_sfdc === true
        const state = suspended === true ? { suspended } : {}
        writeUser({ id, name, email, role, organization_id, not_in_sfdc, ...state })
      }
    }
  },
})

export default bin
if (import.meta.main) process.exitCode = await runBin(bin)
