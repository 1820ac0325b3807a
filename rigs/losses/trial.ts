import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSandbox } from '@support-sync/fixtures/sandbox'
import { CONTROLLED_END_USER_EMAIL } from '@support-sync/fixtures/world'
import { INSTANCES } from '@support-sync/shared/domain'
import { syncStage } from '@support-sync/shared/pipeline'
import { z } from 'zod'
import { ALL_ALLOWED, type Hour, runHour } from '../hours.ts'
import { seeded } from '../random.ts'
import { type Harm, openJudge } from './judge.ts'
import { changeLevel, live } from './life.ts'
import type { Hands, Loss } from './losses.ts'
import { type Customer, drawWorld } from './world.ts'

/** The results of four hours in one random world. */
export type Trial = {
  number: number
  loss: string | null
  /** The customers harmed in any hour. */
  harms: Harm[]
  /** The number of accounts held back in the last hour, by reason. */
  held: Record<string, number>
  customers: number
  /** The exit code of each hour. */
  exitCodes: (number | null)[]
}

const DAY_MS = 86_400_000

/** Runs one trial. It depends only on the seed and the number. */
export async function runTrial(seed: number, number: number, loss: Loss | null): Promise<Trial> {
  const dice = seeded(seed * 1_000_003 + number)
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)
  const { world, customers, allianceId } = drawWorld(dice, inDays)
  const runs = await mkdtemp(join(tmpdir(), 'losses-'))
  const sandbox = await startSandbox(world, {
    allianceAccountId: allianceId,
    controlledEndUserEmail: CONTROLLED_END_USER_EMAIL,
  })
  try {
    return await fourHours({ number, loss, runs, hands: { sandbox, customers, dice, inDays } })
  } finally {
    await sandbox.close()
    await rm(runs, { recursive: true, force: true })
  }
}

async function fourHours(trial: {
  number: number
  loss: Loss | null
  runs: string
  hands: Hands
}): Promise<Trial> {
  const { number, loss, runs, hands } = trial
  const { sandbox } = hands
  const hour = (number: number, more: Partial<Hour>) =>
    runHour({ sandbox, runs, name: `hour-${number}`, ...more })
  const first = await hour(1, { variables: { ALLOW_MASS_CHANGE: ALL_ALLOWED } })
  const judge = openJudge(sandbox, hands.customers)

  let paying = live(hands)
  const lowered = dropOne({ ...hands, customers: paying })
  paying = paying.map(customer => lowered.get(customer.salesforce_id) ?? customer)
  const second = await hour(2, { last: first })
  judge.check(paying)

  paying = live({ ...hands, customers: paying })
  // Customers who bought less in the second hour buy more again. The second hour's plan would lower them again.
  paying = paying.map(customer =>
    lowered.has(customer.salesforce_id) && customer.support_level === 'premium'
      ? changeLevel(hands, customer)
      : customer,
  )
  loss?.happen({ ...hands, customers: paying })
  const clock = loss?.hour === 'clock ahead' ? () => new Date(Date.now() + 90 * DAY_MS) : undefined
  const third = await hour(3, { last: second, clock })
  judge.check(paying)
  if (loss?.hour === 'old plan') {
    await hour(2, { last: first, isWanted: ({ stage }) => OLD_PLAN.has(stage) })
    judge.check(paying)
  }
  const fourth = await hour(4, { last: third })
  judge.check(paying)
  return {
    number,
    loss: loss?.name ?? null,
    harms: judge.harms(),
    held: await heldIn(join(runs, 'hour-4')),
    customers: paying.length,
    exitCodes: [first, second, third, fourth].map(({ exit_code }) => exit_code),
  }
}

const OLD_PLAN = new Set<string>(INSTANCES.map(instance => syncStage(instance)))

/** On each instance, one customer buys less, as in an ordinary hour. */
function dropOne(hands: Hands): Map<string, Customer> {
  const found = INSTANCES.flatMap(instance =>
    hands.customers
      .filter(customer => customer.instance === instance && customer.support_level === 'ultimate')
      .slice(0, 1),
  )
  return new Map(found.map(customer => [customer.salesforce_id, changeLevel(hands, customer)]))
}

const heldSchema = z.array(z.object({ salesforce_id: z.string().nullable(), reason: z.string() }))

/** The number of organizations held back in a run, by reason. */
async function heldIn(runDir: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const instance of INSTANCES) {
    const path = join(runDir, `compare-${instance}`, `${instance}_held.json`)
    const text = await readFile(path, 'utf8').catch(() => '[]')
    for (const { reason } of heldSchema.parse(JSON.parse(text))) counts[reason] = (counts[reason] ?? 0) + 1
  }
  return counts
}
