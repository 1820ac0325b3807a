import type { Run } from '@support-sync/shared/runs/find'
import { shownPath } from '@support-sync/shared/runtime/terminal'

/**
 * Writes a run's report and returns a line with its path, or with the reason if that fails. A missing report does not
 * change the outcome of the run.
 */
export async function tryWriteReport(run: Run, out?: string): Promise<string> {
  try {
    // The charts take half a second to load, so load them only after the run.
    const { writeReport } = await import('./write-report.ts')
    return `Report: ${shownPath(await writeReport(run, out === undefined ? {} : { out }))}`
  } catch (error) {
    return `No report: ${error instanceof Error ? error.message : String(error)}`
  }
}
