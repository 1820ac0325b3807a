import { type GuardKind, guardError, type Result } from '../../domain/index.ts'
import type { PlannedSync } from '../../pipeline/index.ts'
import { type BinParts, type BinRun, planCommand, resumeCommand } from '../../runtime/bin/index.ts'
import type { ExpectedError } from '../../runtime/errors/index.ts'
import { checkPlan, guardedPlan, type PlanView } from '../plan/index.ts'

type GuardResult = {
  /** What stops the sync before its first write. */
  problem: ExpectedError | undefined
  /** The records that the results marked or lowered. The runs of the next 24 hours count those without consent. */
  removalsIn: (results: readonly Result[]) => NonNullable<Parameters<BinRun['report']>[0]['removals']>
}

/** Checks a sync's plan against its limits, with what other runs did and with this run's consents. */
export function guardPlan(
  {
    artifacts: { dataDir },
    run: { options, environment, clock, consentTo, lastRun },
  }: Pick<BinParts, 'artifacts' | 'run'>,
  stage: PlannedSync,
  view: PlanView,
): GuardResult {
  const limits = {
    marks: options.maxMarksPercent,
    losses: options.maxLossesPercent,
    updates: options.maxUpdatesPercent,
    creates: options.maxCreatesPercent,
  }
  const checked = checkPlan(view, {
    earlier: lastRun?.removals[stage] ?? [],
    limits,
    consent: consentTo,
    now: clock(),
  })
  const consented = new Set<GuardKind>(checked.exceeding.map(({ kind }) => kind))
  const plan = guardedPlan(view)
  return {
    problem: guardError(checked, {
      stage,
      command: resumeCommand({ stage, bin: 'sync' }, dataDir, environment),
      look: planCommand(environment),
    }),
    removalsIn(results) {
      const written = (action: Result['action']) =>
        results.filter(result => result.action === action && result.status === 'written')
      const done = { marks: written('mark'), losses: written('update') }
      return (['marks', 'losses'] as const).flatMap(kind => {
        const planned = new Set(plan[kind].ids)
        const ids = [...new Set(done[kind].flatMap(({ id }) => id ?? []))].filter(id => planned.has(id))
        return ids.length === 0 ? [] : [{ kind, ids, of: plan[kind].of, consented: consented.has(kind) }]
      })
    },
  }
}
