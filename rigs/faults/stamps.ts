import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sandbox } from '@support-sync/fixtures/sandbox'
import { INSTANCES } from '@support-sync/shared/domain'
import { findStage } from '@support-sync/shared/pipeline'
import { handedOnStamps, readStamps, STAMPS } from '@support-sync/shared/runtime/records'

/** Placeholder addresses: each sandbox has its own ports, and a plan belongs to one address. */
const NAMES = ['salesforce', ...INSTANCES] as const

/** Replaces the addresses in a data directory's stamps with those of a sandbox. */
export function stampFor(sandbox: Sandbox, dataDir: string): void {
  for (const name of NAMES) replace(dataDir, placeOf(name), sandbox[name].url)
}

/** The reverse, for the sandboxes of later runs. */
export function unstampFrom(sandbox: Sandbox, dataDir: string): void {
  for (const name of NAMES) replace(dataDir, sandbox[name].url, placeOf(name))
}

/** Passes the stamps of the previous stages to a stage, like their artifacts. */
export function handOnStamps(
  stageName: string,
  dataDir: string,
  producers: ReadonlyMap<string, string>,
): void {
  const stage = findStage(stageName)
  if (!stage) throw new Error(`there is no stage ${stageName}`)
  const stamps = new Map([...producers].map(([producer, path]) => [producer, readStamps(path)]))
  writeFileSync(join(dataDir, STAMPS), JSON.stringify(handedOnStamps(stage, stamps, {})))
}

function placeOf(name: string): string {
  return `http://${name}.invalid`
}

function replace(dataDir: string, from: string, to: string): void {
  const path = join(dataDir, STAMPS)
  if (existsSync(path)) writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`"${from}"`, `"${to}"`))
}
