import type { Result } from '../../../domain/index.ts'
import { INSTANCE_SYNCS } from '../../../pipeline/index.ts'
import type { BinParts } from '../../../runtime/bin/index.ts'
import type { DataDirectory } from '../../../runtime/bin/test/data-directory.ts'
import { type ContextGiven, openTestContext } from '../../../runtime/bin/test/open-context.ts'
import { type ExitCode, ExpectedError } from '../../../runtime/errors/index.ts'
import type { Zendesk } from '../../../services/zendesk/index.ts'
import { syncOrganizations } from '../index.ts'

export type SyncRun = {
  exitCode: ExitCode | undefined
  /** The `ExpectedError` that it threw, if any. */
  problem: ExpectedError | undefined
  /** The finished artifact, if any. */
  results: Result[] | undefined
  /** The codes of its warnings, except the one about artifacts made by hand, as a test's are. */
  warnings: string[]
  /** The full warnings. */
  warned: { code: string; message: string; keys: string[] }[]
  /** Whether it warned that the artifacts have no stamp. */
  missesStamp: boolean
}

/** Runs a sync on a data directory like a bin, and reads what it wrote. */
export async function runSync(
  data: DataDirectory,
  sync: (context: BinParts) => Promise<ExitCode>,
  given: ContextGiven = {},
): Promise<SyncRun> {
  const opened = openTestContext(data, given)
  let exitCode: ExitCode | undefined
  let problem: ExpectedError | undefined
  try {
    exitCode = await sync(opened.context)
    opened.commit()
  } catch (error) {
    opened.abort()
    if (!(error instanceof ExpectedError)) throw error
    problem = error
  }
  const all = opened.counts().warnings
  const warned = all.filter(({ code }) => code !== 'NO_STAMP')
  return {
    exitCode,
    problem,
    results: data.records('sync_results.json') as Result[] | undefined,
    warnings: warned.map(({ code }) => code),
    warned,
    missesStamp: all.length > warned.length,
  }
}

/** Applies US Government's three arrays to a scripted Zendesk. */
export function syncTo(
  zendesk: Zendesk,
  more: Pick<Parameters<typeof syncOrganizations>[1], 'afterCreate'> = {},
): (context: BinParts) => Promise<ExitCode> {
  return context =>
    syncOrganizations(context, {
      ...INSTANCE_SYNCS.usgov,
      connect: () => zendesk,
      ...more,
    })
}
