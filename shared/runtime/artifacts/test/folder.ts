import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { ExpectedError } from '../../errors/index.ts'
import { readArtifact } from '../index.ts'

/** The records of these tests. */
export const recordSchema = z.object({ salesforce_id: z.string(), name: z.string(), seats: z.number() })
export type SeatsRecord = z.infer<typeof recordSchema>

export function aRecord(number: number, name = `Customer ${number}`): SeatsRecord {
  return { salesforce_id: `00161000000000${number}`, name, seats: number * 10 }
}

/** A directory for this test, removed when it ends. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'artifacts-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function aFile(content: string, name = 'global_accounts.json'): string {
  const path = join(emptyFolder(), name)
  writeFileSync(path, content)
  return path
}

export async function readAll<Item>(path: string, schema: z.ZodType<Item, unknown>): Promise<Item[]> {
  const records: Item[] = []
  for await (const record of readArtifact(path, schema)) records.push(record)
  return records
}

/** The `ExpectedError` that a function throws. Fails if it throws nothing or another error. */
export async function expectedErrorOf(work: () => Promise<unknown>): Promise<ExpectedError> {
  const outcome = await work().then(
    () => undefined,
    (error: unknown) => error,
  )
  if (outcome instanceof ExpectedError) return outcome
  throw new Error('expected an ExpectedError', { cause: outcome })
}
