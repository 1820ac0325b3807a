import { readFile } from 'node:fs/promises'
import type { Summary } from '@support-sync/shared/runtime/records'
import { runArtifacts } from '../model/artifacts.ts'
import { readReport } from '../model/read-report.ts'
import type { ChangedRecord } from '../model/schema.ts'
import { writeReport } from '../write-report.ts'
import { object, type SmallRun, smallRecord, writeRun } from './small-run.ts'

/** Builds reports of small runs for tests. */

export const ID = '001EX000000001AYAQ'
export const OTHER = '001EX000000002BYAQ'
export const THIRD = '001EX000000003CYAQ'

export async function reportOf(run: SmallRun) {
  await using written = await writeRun(run)
  const records: ChangedRecord[] = []
  const take = (record: ChangedRecord) => records.push(record)
  return { report: await readReport(smallRecord(run), runArtifacts(written), take, 100), records }
}

export async function pageOf(run: SmallRun): Promise<string> {
  await using written = await writeRun(run)
  return await readFile(await writeReport(written), 'utf8')
}

export function summaryOf(bin: string, warnings: Summary['warnings']): Summary {
  return {
    bin,
    ...{ today: '2026-11-23', started_at: '2026-11-23T10:00:00Z', ended_at: '2026-11-23T10:00:01Z' },
    ...{
      exit_code: 0,
      dry_run: false,
      records_in: {},
      records_out: {},
      requests: 0,
      retries: 0,
      error: null,
    },
    warnings,
  }
}

export const PLANS = [{ section: 'sm_premium', charge_name: 'Premium - 1 Year' }]
export const FROM_PREMIUM = ['charge "Premium - 1 Year"', 'section sm_premium']
export const UPDATED = object('global', {
  id: 7,
  salesforce_id: ID,
  name: 'Acme',
  seats_decimal: 10,
  changes: { support_level: { from: 'gold', to: 'premium' }, seats_decimal: { from: 5, to: 10 } },
})
