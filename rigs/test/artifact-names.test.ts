import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { STAGES } from '@support-sync/shared/pipeline'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..')
const BINS = STAGES.flatMap(({ bins }) => bins)
type Bin = (typeof BINS)[number]
type Artifact = Bin['writes'][number]
const ARTIFACTS = BINS.flatMap(({ writes }) => writes)
/** The only file that may contain the artifacts' names. */
const HANDLES = 'shared/pipeline/artifacts.ts'

/** Production's source code without comments. */
function* sources(): Generator<{ path: string; lines: string[] }> {
  for (const wing of ['packages', 'shared', 'cli', 'ci', 'report']) {
    for (const entry of readdirSync(join(ROOT, wing), { recursive: true, withFileTypes: true })) {
      const path = relative(ROOT, join(entry.parentPath, entry.name))
      if (!entry.isFile() || !path.endsWith('.ts') || /(^|\/)(test|node_modules)\//.test(path)) continue
      const lines = readFileSync(join(ROOT, path), 'utf8').split('\n')
      yield { path, lines: lines.filter(line => !/^\s*(\*|\/\*|\/\/)/.test(line)) }
    }
  }
}

test('production’s code uses the handle of an artifact, never its name', () => {
  const names = [...new Set(ARTIFACTS.map(({ name }) => name))]
  const found: string[] = []
  const read: string[] = []
  for (const { path, lines } of sources()) {
    read.push(path)
    for (const line of lines)
      for (const name of names)
        if (line.includes(name) && path !== HANDLES) found.push(`${path}: ${line.trim()}`)
  }
  expect(read).toContain(HANDLES)
  expect(read.length).toBeGreaterThan(200)
  expect(found).toEqual([])
})

test('docs/artifacts.md lists the same writer and readers of each artifact as the stage table', () => {
  const text = readFileSync(join(ROOT, 'docs', 'artifacts.md'), 'utf8')
  const [, table = ''] = /\n## Who writes and who reads\n\n(\|.*?\|)\n\n/s.exec(text) ?? []
  const nameOf = ({ stage, bin }: Bin) =>
    BINS.filter(other => other.stage === stage).length > 1 ? `${stage} ${bin}` : stage
  const readersOf = (artifact: Artifact) =>
    BINS.filter(({ reads }) => reads.includes(artifact))
      .map(nameOf)
      .join(', ') || '–'
  const rows = BINS.flatMap(bin =>
    [...Map.groupBy(bin.writes, readersOf)].map(
      ([readers, artifacts]) =>
        `| ${artifacts.map(({ name }) => name).join(', ')} | ${nameOf(bin)} | ${readers} |`,
    ),
  )
  expect(table.split('\n')).toEqual(['| artifacts | written by | read by |', '|---|---|---|', ...rows])
})
