import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { POISONS, poisonsOf, runPoisoned } from '../faults/poison.ts'
import { runUndisturbed } from '../faults/undisturbed.ts'

const AT_A_TIME = 6

test('a record that fails in Zendesk does not stop the others, for any write', {
  timeout: 300_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'poison-'))
  try {
    const poisons = poisonsOf(await runUndisturbed(folder))
    const cells = poisons.flatMap(poison =>
      Object.entries(POISONS)
        // Only jobs have items.
        .filter(([name]) => name !== 'item' || typeof poison.record === 'number')
        .filter(([name]) => name !== 'item' || poison.write !== 'associate')
        .map(([name, effect]) => ({ poison, name, effect })),
    )
    const problems: string[] = []
    const queue = [...cells]
    await Promise.all(
      Array.from({ length: AT_A_TIME }, async () => {
        for (let cell = queue.shift(); cell; cell = queue.shift()) {
          const { poison, name, effect } = cell
          const own = await runPoisoned(poison, effect)
          const what = `${poison.undisturbed.stage} ${poison.write} ${poison.record} ${name}`
          problems.push(...own.map(problem => `${what}: ${problem}`))
        }
      }),
    )
    expect(problems).toEqual([])
    // The test covers every kind of write of each sync.
    expect(new Set(poisons.map(({ undisturbed }) => undisturbed.stage)).size).toBe(4)
    expect(new Set(poisons.map(({ write }) => write)).size).toBe(5)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
