import type { Run } from '@support-sync/shared/runs/find'

/**
 * Leaves a run's report in its directory, and gives the line that tells where. A report that cannot be made is told
 * in that line too: the run itself is what it is.
 */
export async function leaveReport(run: Run, out?: string): Promise<string> {
  try {
    // What draws the pictures takes half a second to load: only once the run is over.
    const { writeReport } = await import('./write-report.ts')
    return `Report: ${await writeReport(run, out === undefined ? {} : { out })}`
  } catch (error) {
    return `There is no report: ${error instanceof Error ? error.message : String(error)}`
  }
}
