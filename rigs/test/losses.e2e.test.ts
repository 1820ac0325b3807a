import { expect, test } from 'vitest'
import { LOSSES } from '../losses/losses.ts'
import { summaryOf } from '../losses/summary.ts'
import { runTrial, type Trial } from '../losses/trial.ts'

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
