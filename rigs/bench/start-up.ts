import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { durationText } from '@support-sync/shared/runtime/text'
import type { Row } from './report.ts'
import { binPath, ROOT, runProgram } from './run-program.ts'

const ROUNDS = 3

/**
 * The time to a bin's first log line, compared with tsx on an empty file. Each starts several times in turn, and the
 * fastest counts. The bin stops at its first line because its configuration is missing.
 */
export async function benchStartUp(dir: string): Promise<Row[]> {
  const empty = join(dir, 'empty.ts')
  writeFileSync(empty, '')
  const tsx = join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs')
  const bins = [
    ['processor', 'processor'],
    ['sync-global', 'sync'],
    ['accounts', 'gather'],
  ] as const
  const bare: number[] = []
  const started = new Map<string, number[]>()
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push((await runProgram([tsx, empty])).wallMs)
    for (const [stage, bin] of bins) {
      const { wallMs } = await runProgram([binPath(stage, bin), '--data-dir', join(dir, 'nothing')], {}, [2])
      started.set(stage, [...(started.get(stage) ?? []), wallMs])
    }
  }
  const floor = Math.min(...bare)
  return [...started].map(([stage, walls]) => ({
    section: 'start-up',
    what: stage,
    size: `${ROUNDS} starts`,
    figure: '× bare tsx',
    value: Math.min(...walls) / floor,
    limit: 2.5,
    detail: `${durationText(Math.min(...walls))} until it stopped after its first log line; tsx ${durationText(floor)}`,
  }))
}
