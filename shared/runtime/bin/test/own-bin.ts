import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { ExitCode } from '../../errors/index.ts'
import type { BinContext } from '../context.ts'
import { runBin, startBin } from '../run-bin.ts'
import type { DataDirectory } from './data-directory.ts'

const lineSchema = z.looseObject({ level: z.string(), msg: z.string() })

/** Runs a test's own work as the sync bin of US Government, within this process. Gives how it ended, and its log. */
export async function runOwn(
  { path: dataDir }: DataDirectory,
  work: (context: BinContext<unknown>) => void,
  given: { clock?: () => Date } = {},
): Promise<{ exitCode: ExitCode; messages: z.infer<typeof lineSchema>[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'own-bin-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  // Its path says which bin it is.
  const path = join(folder, 'sync-usgov', 'bin', 'sync.ts')
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, '')
  await runBin(pathToFileURL(path).href, {
    purpose: 'What a test does.',
    settings: {},
    run: async context => work(context),
  })
  const messages: z.infer<typeof lineSchema>[] = []
  const never = new AbortController().signal
  const exitCode = await startBin(path, {
    args: ['--data-dir', dataDir],
    environment: {},
    log: line => messages.push(lineSchema.parse(JSON.parse(line))),
    stop: { cancelled: never, aborted: never },
    ...given,
  })
  return { exitCode, messages }
}
