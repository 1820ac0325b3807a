import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { makePrivateDirectory, parsedFile, writePrivateFile } from '../artifacts/index.ts'
import type { Environment } from '../settings/index.ts'
import { printableJson } from '../text/index.ts'

/** How long this machine remembers which runs wrote to an address. Older writes do not affect any plan. */
const KEPT_HOURS = 72

const writesSchema = z.object({ address: z.string(), runs: z.record(z.string(), z.iso.datetime()) })

/** The last write to an address by a run that is not among `own`. */
export function lastWriteByOthers(
  environment: Environment,
  address: string,
  own: ReadonlySet<string>,
): { run: string; at: string } | undefined {
  return Object.entries(readWrites(environment, address))
    .filter(([run]) => !own.has(run))
    .map(([run, at]) => ({ run, at }))
    .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at))[0]
}

/** Notes that a run is writing to an address now. */
export function noteWrite(environment: Environment, address: string, run: string, now: Date): void {
  const since = now.getTime() - KEPT_HOURS * 3_600_000
  const kept = Object.entries(readWrites(environment, address)).filter(([, at]) => Date.parse(at) > since)
  const path = pathOf(environment, address)
  makePrivateDirectory(dirname(path))
  const runs = { ...Object.fromEntries(kept), [run]: now.toISOString() }
  writePrivateFile(path, printableJson({ address, runs }))
}

function readWrites(environment: Environment, address: string): Record<string, string> {
  const path = pathOf(environment, address)
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return {}
  return parsedFile(readFileSync(path), writesSchema)?.runs ?? {}
}

/** https://specifications.freedesktop.org/basedir/latest/ */
function pathOf({ XDG_STATE_HOME: state, HOME: home }: Environment, address: string): string {
  const folder = state?.startsWith('/') ? state : join(home?.trim() || homedir(), '.local', 'state')
  const name = createHash('sha256').update(address).digest('hex').slice(0, 32)
  return join(folder, 'support-sync', 'writes', `${name}.json`)
}
