import { stripVTControlCharacters } from 'node:util'
import { findStage, type StageName } from '@support-sync/shared/pipeline'
import { stageWithoutResult } from '@support-sync/shared/runs/record'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { progressOn } from '../pipeline/progress.ts'
import type { StageOutcome } from '../pipeline/run-stages.ts'

/** What run-pipeline shows while it runs. */

beforeEach(() => {
  vi.stubEnv('CI', '')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const [UP, CLEAR_BELOW, CLEAR_LINE] = ['\u001b[1A', '\u001b[J', '\r\u001b[K']
const CODES = new RegExp(
  `(${[UP, CLEAR_BELOW, CLEAR_LINE].map(code => code.replace('[', '\\[')).join('|')}|\n)`,
)

/** A terminal that shows the result of everything written to it. */
function terminal(columns: number) {
  let lines: string[] = []
  let row = 0
  return {
    isTTY: true as const,
    columns,
    write(text: string): boolean {
      for (const part of text.split(CODES)) {
        if (part === UP) row = Math.max(0, row - 1)
        else if (part === CLEAR_BELOW) lines = lines.slice(0, row)
        else if (part === '\n') row += 1
        else if (part === CLEAR_LINE) lines[row] = ''
        else if (part !== '') lines[row] = stripVTControlCharacters(part)
      }
      return true
    },
    lines: () => lines,
  }
}

function stageOf(name: StageName) {
  const stage = findStage(name)
  if (!stage) throw new Error(`no stage ${name}`)
  return stage
}

function ended(name: StageName, exitCode: number): StageOutcome {
  const stage = stageOf(name)
  const record = { ...stageWithoutResult(stage, 'not-run'), state: 'done' as const, exit_code: exitCode }
  return { stage, exitCode, milliseconds: 95_000, record, failedLog: null }
}

describe('on a terminal', () => {
  test('a line for each running stage: its time, its count, and what it waits for', () => {
    const screen = terminal(100)
    let now = 0
    const progress = progressOn(screen, { stages: 9, now: () => now })
    progress.onStart(stageOf('orgs'))
    progress.onProgress('orgs', 'gather_global', { kind: 'requests', requests: 3 })
    progress.onProgress('orgs', 'gather_global', {
      kind: 'count',
      what: 'organizations',
      done: 1200,
      of: 2850,
    })
    progress.onProgress('orgs', 'gather_us_government', { kind: 'requests', requests: 15 })
    now = 4000
    progress.onStart(stageOf('accounts'))
    expect(screen.lines()).toEqual([
      '0 of 9 stages done, 4.0 s',
      '  orgs  4.0 s',
      '    gather_global  1,200 of 2,850 organizations',
      '    gather_us_government  15 requests',
      '  accounts  0.0 s',
    ])
    progress.onProgress('accounts', 'gather', {
      ...{ kind: 'wait', why: 'retry', service: 'Salesforce', until: 16_000 },
    })
    progress.onEnd(ended('orgs', 0))
    expect(screen.lines()).toEqual([
      '1 of 9 stages done, 4.0 s',
      '  accounts  0.0 s  waits 12 s for Salesforce (a retry)',
    ])
    now = 17_000
    progress.onEnd(ended('accounts', 2))
    progress.onStart(stageOf('processor'))
    expect(screen.lines()).toEqual(['2 of 9 stages done, 17 s  ✗ accounts', '  processor  0.0 s'])
    progress.done()
    expect(screen.lines().filter(line => line !== '')).toEqual([])
  })

  test('no line is wider than the screen, and waits come before counts', () => {
    const screen = terminal(60)
    const progress = progressOn(screen, { now: () => 0 })
    progress.onStart(stageOf('sync-global'))
    progress.onProgress('sync-global', 'sync', { kind: 'count', what: 'writes', done: 34, of: 12_300 })
    progress.onProgress('sync-global', 'sync', {
      ...{ kind: 'wait', why: 'rate-limit', service: 'Zendesk Global', until: 28_000 },
    })
    progress.onStart(stageOf('sync-usgov'))
    expect(screen.lines()[1]).toMatch(/^ {2}sync-global {2}0\.0 s {2}waits 28 s for Zendesk Global/)
    for (const line of screen.lines()) expect(line.length).toBeLessThan(60)
  })

  test('of bins that run one after another, only the running one is shown', () => {
    const screen = terminal(80)
    const progress = progressOn(screen, { now: () => 0 })
    progress.onStart(stageOf('partner-sync'))
    progress.onProgress('partner-sync', 'salesforce', { kind: 'requests', requests: 2 })
    progress.onProgress('partner-sync', 'zendesk', {
      kind: 'count',
      what: 'organizations',
      done: 100,
      of: 300,
    })
    progress.onStart(stageOf('sync-usgov'))
    expect(screen.lines()[1]).toBe('  partner-sync  0.0 s  100 of 300 organizations')
  })

  test('a total that the service reported too low rises with the count', () => {
    const screen = terminal(80)
    const progress = progressOn(screen, { now: () => 0 })
    progress.onStart(stageOf('orgs'))
    progress.onProgress('orgs', 'gather_global', { kind: 'count', what: 'organizations', done: 101, of: 100 })
    progress.onStart(stageOf('accounts'))
    expect(screen.lines()[1]).toContain('101 of 101 organizations')
  })
})

test('elsewhere a plain line for each stage that ends', () => {
  const written: string[] = []
  const stream = { isTTY: false as true, columns: 80, write: (part: string) => written.push(part) > 0 }
  const progress = progressOn(stream)
  progress.onStart(stageOf('orgs'))
  progress.onEnd(ended('orgs', 0))
  progress.done()
  expect(written).toEqual(['  orgs: done, 95 s\n'])
})
