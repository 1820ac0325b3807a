import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '@support-sync/fixtures/sandbox'
import {
  account,
  CONTROLLED_END_USER_EMAIL,
  emptyZendesk,
  type SalesforceWorld,
  salesforceWriter,
} from '@support-sync/fixtures/world'
import { onTestFinished } from 'vitest'
import { type Hour, runHour } from '../../rigs/hours.ts'

/**
 * Starts a sandbox with these Salesforce rows, the alliance partner and two new Zendesk instances. US Government has only
 * the controlled end user. `hour` runs the whole pipeline once.
 */
export async function openHours(salesforce: SalesforceWorld) {
  const allianceAccountId = salesforceWriter(salesforce, 900).addAccount(
    account('Alliance', { type: 'Partner', partnerStatus: 'Authorized', partnerTrack: 'Select' }),
  )
  const controlledUser = {
    id: 1,
    name: 'Controlled User',
    email: CONTROLLED_END_USER_EMAIL,
    other_emails: [],
    role: 'end-user' as const,
    organization_id: null,
    user_fields: {},
    active: true,
  }
  const sandbox = await startSandbox(
    {
      salesforce,
      global: emptyZendesk('global'),
      usgov: { ...emptyZendesk('usgov'), users: [controlledUser] },
      overrides: '[]',
    },
    { allianceAccountId, controlledEndUserEmail: CONTROLLED_END_USER_EMAIL },
  )
  const runs = await mkdtemp(join(tmpdir(), 'hours-'))
  onTestFinished(async () => {
    await sandbox.close()
    await rm(runs, { recursive: true, force: true })
  })
  const hour = (name: string, more: Partial<Hour> = {}) => runHour({ sandbox, runs, name, ...more })
  return { sandbox, hour }
}
