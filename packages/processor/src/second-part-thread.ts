import { byInstance, calendarOf, matchKey, plansOf, readOverrides } from '@support-sync/shared/domain'
import { artifacts } from '@support-sync/shared/pipeline'
import { openPartWriter, readBatches } from '@support-sync/shared/runtime/artifacts'
import { postBatches } from '@support-sync/shared/runtime/parallel'
import { accountDecider } from './decide-accounts.ts'
import { type SecondPartBatch, secondPartInputSchema } from './second-part.ts'
import { suspicionColumns } from './suspicion-columns.ts'

/** A message per account would take longer than its decision. */
const BATCH_RECORDS = 1_000

await postBatches(async function* (given): AsyncGenerator<SecondPartBatch> {
  const input = secondPartInputSchema.parse(given)
  const writers = byInstance(instance =>
    openPartWriter(input.objects[instance], artifacts.instances[instance].objects.schema),
  )
  const decider = accountDecider(
    {
      plans: plansOf(input.plans, artifacts.plansUsed.name),
      overrides: readOverrides(input.overrides, artifacts.overridesUsed.name),
      allianceKey: matchKey(input.allianceId),
      calendar: calendarOf(input.today),
    },
    byInstance(instance => writers[instance].write),
  )
  let columns = suspicionColumns()
  for await (const accounts of readBatches(input.accounts, artifacts.accounts.schema, { from: input.from })) {
    for (const account of accounts) columns.add(account, decider.decide(account))
    if (columns.length() < BATCH_RECORDS) continue
    yield { accounts: columns.finish() }
    columns = suspicionColumns()
  }
  yield { accounts: columns.finish() }
  const written = byInstance(instance => writers[instance].finish())
  yield { end: { findings: decider.findings(), written } }
})
