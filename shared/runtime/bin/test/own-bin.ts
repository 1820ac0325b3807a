import { z } from 'zod'
import { BINS, type Bin } from '../../../pipeline/index.ts'
import type { ExitCode } from '../../errors/index.ts'
import type { BinParts } from '../context.ts'
import { defineBin } from '../define-bin.ts'
import type { DataDirectory } from './data-directory.ts'

const lineSchema = z.looseObject({ level: z.string(), msg: z.string() })

/** Runs a test's function as US Government's sync bin, in this process. Returns its ending and its log. */
export async function runOwn(
  { path: dataDir }: DataDirectory,
  work: (context: BinParts) => void,
  given: { clock?: () => Date } = {},
): Promise<{ exitCode: ExitCode; messages: z.infer<typeof lineSchema>[] }> {
  const row: Bin = BINS.sync.usgov
  const bin = defineBin(row, {
    purpose: 'What a test does.',
    settings: {},
    run: async context => work(context),
  })
  const messages: z.infer<typeof lineSchema>[] = []
  const never = new AbortController().signal
  const exitCode = await bin.start({
    args: ['--data-dir', dataDir],
    environment: {},
    log: line => messages.push(lineSchema.parse(JSON.parse(line))),
    stop: { cancelled: never, aborted: never },
    ...given,
  })
  return { exitCode, messages }
}
