import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sandbox } from '@support-sync/fixtures/sandbox'
import { INSTANCES } from '@support-sync/shared/domain'
import { findStage } from '@support-sync/shared/pipeline'
import { handedOnStamps, readStamps, STAMPS } from '@support-sync/shared/runtime/bin'

/** Each sandbox has ports of its own, and a plan belongs to one address: between sandboxes it goes by these. */
const NAMES = ['salesforce', ...INSTANCES] as const

/** Makes the stamps of a data directory those of the servers of a sandbox. */
export function stampFor(sandbox: Sandbox, dataDir: string): void {
  for (const name of NAMES) replace(dataDir, placeOf(name), sandbox[name].url)
}

/** The reverse: for the sandboxes of later runs. */
export function unstampFrom(sandbox: Sandbox, dataDir: string): void {
  for (const name of NAMES) replace(dataDir, sandbox[name].url, placeOf(name))
}

/** Hands the stamps of the stages before to a stage, as whatever hands it their artifacts does. */
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
