import { closeSync, renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Run } from '@support-sync/shared/runs/find'
import { RUN_RECORD } from '@support-sync/shared/runs/find'
import { readRunRecord } from '@support-sync/shared/runs/record'
import { createPrivateFile, makePrivateDirectory } from '@support-sync/shared/runtime/artifacts'
import { badInput } from '@support-sync/shared/runtime/errors'
import { shownPath } from '@support-sync/shared/runtime/terminal'
import { PROGRAM } from '@support-sync/shared/runtime/text'
import { REPORT } from './files.ts'
import { runArtifacts } from './model/artifacts.ts'
import { readReport } from './model/read-report.ts'
import { bundleAssets } from './page/assets.ts'
import { dataBlocks } from './page/data-blocks.ts'
import { pageOf } from './page/page.ts'

/** The rate limit of most Zendesk plans: https://developer.zendesk.com/api-reference/introduction/rate-limits/ */
export const REQUESTS_PER_MINUTE = 700

/**
 * Writes a run's report: one self-contained HTML file, by default in the run's directory.
 * Returns its path. Throws an `ExpectedError` if the directory has no run record.
 */
export async function writeReport(
  run: Run,
  { out = join(run.dir, REPORT), requestsPerMinute = REQUESTS_PER_MINUTE } = {},
): Promise<string> {
  const record = readRunRecord(await readFile(join(run.dir, RUN_RECORD)).catch(() => ''))
  if (!record) {
    throw badInput('NO_RUN_RECORD', {
      message: `${shownPath(run.dir)} has no ${RUN_RECORD}`,
      next: `An interrupted run has none. Resume it with \`${PROGRAM} run-pipeline --from STAGE --run-dir DIRECTORY\`, or name a run that has ended.`,
    })
  }
  const blocks = dataBlocks()
  const report = await readReport(record, runArtifacts(run), blocks.take, requestsPerMinute)
  const pieces = pageOf(report, blocks, await bundleAssets())
  // The file contains customer data: only its owner can read it, and it is never incomplete.
  const part = `${out}.part`
  makePrivateDirectory(dirname(out))
  const file = createPrivateFile(part)
  try {
    for (const piece of pieces) writeFileSync(file, piece)
  } finally {
    closeSync(file)
  }
  renameSync(part, out)
  return out
}
