import { startSandbox } from '@support-sync/fixtures/sandbox'
import { smallWorld } from '@support-sync/fixtures/world'
import { expect, onTestFinished, test } from 'vitest'
import { openJudge } from '../losses/judge.ts'
import { LOSSES } from '../losses/losses.ts'
import { summaryOf } from '../losses/summary.ts'
import { runTrial, type Trial } from '../losses/trial.ts'
import type { Customer } from '../losses/world.ts'

/** `pnpm losses` does this for minutes, with a seed from the clock. */
const SEED = 7

function lossNamed(name: string) {
  const loss = LOSSES.find(loss => loss.name === name)
  if (!loss) throw new Error(`there is no loss ${name}`)
  return loss
}

test.each([
  'rows of subscriptions are replaced, with minutes in between',
  'an import blanks salesforce_id',
  'accounts are added, changed and removed during the gather',
  "the second hour's plan is applied once more",
])(
  'no paying customer is marked or lowered when %s',
  async name => {
    const trial = await runTrial(SEED, LOSSES.indexOf(lossNamed(name)), lossNamed(name))
    expect(trial.exitCodes[0]).toBe(0)
    expect(trial.harms).toEqual([])
  },
  60_000,
)

test('without a loss, no customer is held back', async () => {
  const trial = await runTrial(SEED, 1000, null)
  expect(trial).toMatchObject({ harms: [], held: {}, exitCodes: [0, 0, 0, 0] })
}, 60_000)

test.each([
  ['premium', null, ['level lowered']],
  ['premium', 'platinum', ['level lowered']],
  ['premium', 'expired', ['level lowered']],
  ['premium', 'premium', []],
  ['premium', 'ultimate', []],
  // The customer bought ultimate since the last hour, and the level still waits to be raised.
  ['ultimate', 'premium', []],
  ['ultimate', null, ['level lowered']],
] as const)(
  'of a premium customer who now pays for %s, with the level %s in Zendesk, the judge finds %j',
  async (support_level, stored, harms) => {
    const { customer, judge, store } = await judged()
    store(stored)
    judge.check([{ ...customer, support_level }])
    expect(judge.harms().map(({ what }) => what)).toEqual(harms)
  },
)

test('the judge counts no second loss for a level that comes back lower than what the customer pays for', async () => {
  const { customer, judge, store } = await judged()
  store(null)
  judge.check([customer])
  store('premium')
  // Another name, because the judge lists each kind of harm once per name.
  judge.check([{ ...customer, name: 'Renamed', support_level: 'ultimate' }])
  expect(judge.harms()).toEqual([{ customer: customer.name, what: 'level lowered' }])
})

/** A judge of one premium customer, and a function that stores a level in the organization. */
async function judged() {
  const sandbox = await startSandbox(smallWorld('2026-11-23'))
  onTestFinished(() => sandbox.close())
  const { organizations } = sandbox.global
  const organization = organizations.all()[0]
  if (!organization) throw new Error('the world has no organization')
  const { name, organization_fields: fields } = organization
  const customer: Customer = {
    ...{ salesforce_id: String(fields.salesforce_id), name, instance: 'global', support_level: 'premium' },
    ...{ byException: false, hasArr: true, contacts: [] },
  }
  return {
    customer,
    judge: openJudge(sandbox, [customer]),
    store: (support_level: string | null) =>
      organizations.put({ ...organization, organization_fields: { ...fields, support_level } }),
  }
}

test('the summary fails for one harm that the project promises to prevent, and names it', () => {
  const trial: Trial = { number: 3, loss: null, harms: [], held: {}, customers: 100, exitCodes: [0, 0, 0, 0] }
  const harms = [{ customer: 'Company 1', what: 'level lowered' as const }]
  expect(summaryOf([trial])).toMatchObject({ isRight: true })
  expect(summaryOf([{ ...trial, harms }])).toMatchObject({
    isRight: false,
    text: expect.stringContaining('Company 1, level lowered'),
  })
  expect(summaryOf([{ ...trial, harms, loss: 'a few accounts leave the query' }])).toMatchObject({
    isRight: true,
  })
  expect(summaryOf([{ ...trial, held: { vanished: 2 } }])).toMatchObject({ isRight: false })
})
