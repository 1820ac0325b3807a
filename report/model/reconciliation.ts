import type { RunRecord } from '@support-sync/shared/runs/record'
import { ACTIONS } from '../data-format.ts'
import type { ChangedRecord, Reconciliation } from './schema.ts'

type Row = Reconciliation['rows'][number]

/**
 * Counts the plan's records by outcome, to compare them with the run's table. Here each record counts once; the table
 * counts each result.
 */
export function reconcile(record: RunRecord) {
  const rows = new Map<string, Row>()
  return {
    add({ stage, action, outcome, isPlanned, isInPart }: ChangedRecord): void {
      const name = `${stage} ${action}`
      const row = rows.get(name) ?? emptyRow(stage, action)
      rows.set(name, row)
      if (isPlanned) row.planned += 1
      else row.beside += 1
      row[outcome === 'planned' ? 'open' : outcome] += 1
      if (isInPart) row.in_part += 1
    },
    finish(): Reconciliation {
      const all = [...rows.values()]
      const results = (stage: string) => record.stages.find(one => one.stage === stage)?.results ?? null
      const differs = all.some(({ stage, action, written, in_part }) => {
        const counted = results(stage)
        return counted !== null && (counted[`${action}_written`] ?? 0) !== written + in_part
      })
      const failures = record.stages
        .flatMap(stage => stage.failures)
        .filter(({ action }) => ACTIONS.some(one => one === action)).length
      return { rows: all, failures, differs }
    },
  }
}

function emptyRow(stage: string, action: Row['action']): Row {
  const counts = { planned: 0, written: 0, recognised: 0, skipped: 0, failed: 0, open: 0 }
  return { stage, action, ...counts, beside: 0, in_part: 0 }
}
