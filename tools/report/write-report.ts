import { createWriteStream } from 'node:fs'
import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Trouble } from '@support-sync/shared/errors'
import { RUN_RECORD, readRunRecord } from '@support-sync/shared/record'
import type { Run } from '@support-sync/shared/runs'
import { REPORT } from './files.ts'
import { runArtifacts } from './model/artifacts.ts'
import { readReport } from './model/read-report.ts'
import { bundleAssets } from './page/assets.ts'
import { dataBlocks } from './page/data-blocks.ts'
import { pageOf } from './page/page.ts'

/** What most plans of Zendesk allow: https://developer.zendesk.com/api-reference/introduction/rate-limits/ */
export const REQUESTS_PER_MINUTE = 700

/**
 * Writes a run's report: one HTML file that needs nothing else. `out` is by default in the run's directory.
 * Gives its path. Throws a `Trouble` when the directory holds no run's record.
 */
export async function writeReport(
  run: Run,
  { out = join(run.dir, REPORT), requestsPerMinute = REQUESTS_PER_MINUTE } = {},
): Promise<string> {
  const record = readRunRecord(await readFile(join(run.dir, RUN_RECORD)).catch(() => ''))
  if (!record) {
    throw new Trouble(
      'bad-input',
      'NO_RUN_RECORD',
      `${run.dir} has no ${RUN_RECORD}`,
      'Name the directory of a run that `pnpm run-pipeline` or `pnpm demo` has made.',
    )
  }
  const blocks = dataBlocks()
  const report = await readReport(record, runArtifacts(run), blocks.take, requestsPerMinute)
  const pieces = pageOf(report, blocks, await bundleAssets())
  // It holds customers' data: for its owner alone, and never half there.
  const part = `${out}.part`
  await pipeline(Readable.from(pieces), createWriteStream(part, { mode: 0o600 }))
  await rename(part, out)
  return out
}
