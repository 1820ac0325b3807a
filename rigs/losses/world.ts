import {
  account,
  buildWorld,
  CONTROLLED_END_USER_EMAIL,
  emptySalesforce,
  salesforceWriter,
  type World,
} from '@support-sync/fixtures/world'
import type { seeded } from '../random.ts'

/** The dice of one trial. */
export type Dice = ReturnType<typeof seeded>

/** A paying company, and what it pays for. This is the truth; Salesforce and Zendesk can differ. */
export type Customer = {
  salesforce_id: string
  name: string
  instance: 'global' | 'usgov'
  support_level: 'ultimate' | 'premium'
  /** Whether it is on US Government only because the account is an exception. */
  byException: boolean
  /** Without ARR, nothing contradicts a loss of all charges. */
  hasArr: boolean
  /** The addresses of its contacts. */
  contacts: string[]
}

export type DrawnWorld = { world: World; customers: Customer[]; allianceId: string }

const CHARGES = {
  ultimate: ['Ultimate - 1 Year', 'SaaS - Ultimate - 1 Year'],
  premium: ['Premium - 1 Year', 'SaaS - Premium - 1 Year', 'Premium - 2 Year'],
} as const
const ADD_ON = '1,000 Compute Minutes'
const US_CITIZENS = '24x7 US Citizen Support - 1 Year'
const GLOBAL_CUSTOMERS = 80
const USGOV_CUSTOMERS = 24
const WITHOUT_ARR = 0.1

/** Creates a random world of paying customers. Both instances start empty, and the first hour fills them. */
export function drawWorld(dice: Dice, inDays: (days: number) => string): DrawnWorld {
  const salesforce = salesforceWriter(emptySalesforce())
  const customers: Customer[] = []
  const lasts = () => inDays(20 + dice.below(300))

  function addCustomer(number: number, instance: Customer['instance']): void {
    const support_level = dice.happens(0.5) ? 'ultimate' : 'premium'
    const byException = instance === 'usgov' && dice.happens(0.5)
    const hasArr = !dice.happens(WITHOUT_ARR)
    const name = `${instance === 'usgov' ? 'Agency' : 'Company'} ${number}`
    const [selfManaged, ...others] = CHARGES[support_level]
    const charge = instance === 'usgov' ? selfManaged : dice.pick([selfManaged, ...others])
    const builder = account(name, {
      arr: hasArr ? 1_000 + dice.below(90_000) : 0,
      supportInstance: byException ? 'federal-support' : null,
    }).withCharge(charge, { ends: lasts(), quantity: 5 + dice.below(500) })
    if (instance === 'usgov' && !byException) builder.withCharge(US_CITIZENS, { ends: inDays(200) })
    if (instance === 'global' && dice.happens(0.3)) {
      const ends = lasts()
      builder.withSubscription({ ends }).withCharge(ADD_ON, { ends })
    }
    const contacts =
      instance === 'usgov' ? [`admin-${number}@agency.example`, `other-${number}@agency.example`] : []
    for (const address of contacts) builder.withContact(`Contact ${address}`, address)
    customers.push({
      salesforce_id: salesforce.addAccount(builder),
      name,
      instance,
      support_level,
      byException,
      hasArr,
      contacts,
    })
  }

  for (let number = 1; number <= GLOBAL_CUSTOMERS; number++) addCustomer(number, 'global')
  for (let number = 1; number <= USGOV_CUSTOMERS; number++) addCustomer(number, 'usgov')
  const partner = (name: string, partnerTrack: string) =>
    salesforce.addAccount(account(name, { type: 'Partner', partnerStatus: 'Authorized', partnerTrack }))
  const allianceId = partner('Alliance', 'Select')
  for (const number of [1, 2, 3, 4, 5, 6]) partner(`Partner ${number}`, number % 2 ? 'Open' : 'Select')
  const fields = buildWorld(inDays(0))
  return {
    world: {
      salesforce: salesforce.rows,
      overrides: '[]',
      global: { ...fields.global, organizations: [], users: [] },
      usgov: { ...fields.usgov, organizations: [], users: [controlledUser()] },
    },
    customers,
    allianceId,
  }
}

/** The only user before the first hour. The sync never changes them. */
function controlledUser() {
  return {
    id: 90_001,
    name: 'Controlled User',
    email: CONTROLLED_END_USER_EMAIL,
    role: 'end-user' as const,
    organization_id: null,
  }
}
