import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, vi } from 'vitest'
import { type Summary, summarySchema } from '../../records/index.ts'

// A child process starts in a quarter of a second; on a busy machine, many times slower.
vi.setConfig({ testTimeout: 30_000 })

const directories: string[] = []
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

export type DataDirectory = {
  path: string
  /** Writes a file: a list as an artifact, a text unchanged. */
  put: (name: string, content: readonly unknown[] | string) => string
  /** An artifact's records. Undefined if the file does not exist. */
  records: (name: string) => Record<string, unknown>[] | undefined
  has: (name: string) => boolean
  summary: (name: string) => Summary
}

/** One record per line, as a stage writes it. */
function artifactText(records: readonly unknown[]): string {
  return records.length === 0
    ? '[]\n'
    : `[\n${records.map(record => JSON.stringify(record)).join(',\n')}\n]\n`
}

/** Creates a data directory with some files, and removes it at the end of the test file. */
export function dataDirectory(files: Record<string, readonly unknown[] | string> = {}): DataDirectory {
  const path = mkdtempSync(join(tmpdir(), 'support-sync-'))
  directories.push(path)
  const at = (name: string) => join(path, name)
  const directory: DataDirectory = {
    path,
    put(name, content) {
      mkdirSync(dirname(at(name)), { recursive: true })
      writeFileSync(at(name), typeof content === 'string' ? content : artifactText(content))
      return at(name)
    },
    records: name => (existsSync(at(name)) ? JSON.parse(readFileSync(at(name), 'utf8')) : undefined),
    has: name => existsSync(at(name)),
    summary: name => summarySchema.parse(JSON.parse(readFileSync(at(`summaries/${name}.json`), 'utf8'))),
  }
  for (const [name, content] of Object.entries(files)) directory.put(name, content)
  return directory
}
