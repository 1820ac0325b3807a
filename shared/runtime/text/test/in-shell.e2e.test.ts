import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inShell } from '../index.ts'

test('a plain path stays as it is', () => {
  for (const path of ['runs/2026-11-24T07-24-06.405Z', '/data/a_b-c', '../x'])
    expect(inShell(path)).toBe(path)
})

test('a shell reads each argument as it was', () => {
  const special = fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '$', '\\', '*', ';', '#', '!', '~') })
  fc.assert(
    fc.property(special, argument => {
      expect(execFileSync('sh', ['-c', `printf %s ${inShell(argument)}`], { encoding: 'utf8' })).toBe(
        argument,
      )
    }),
    { numRuns: 50 },
  )
})
