import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Result } from '../../../domain/index.ts'
import { dataDirectory } from '../../../runtime/bin/test/data-directory.ts'
import { EXIT, exitCodeOf, upstreamFailed } from '../../../runtime/errors/index.ts'
import { applyPlan, result, type Writer } from '../index.ts'
import { fingerprint } from '../journal.ts'
import { runSync } from './sync-run.ts'

const JOURNAL = 'sync_results.journal.jsonl'
const VIEW = {
  stage: 'sync-usgov' as const,
  title: 'A plan',
  counts: { create: 0, update: 0, mark: 0, alreadyMarked: 0, gathered: 1, unmarked: 1, entitled: 1 },
  writes: [],
}
const plan = (creates: number[], updates: number[] = []) => ({
  creates,
  updates,
  marks: [],
  alreadyMarked: [],
  gathered: 1000,
  unmarked: 1000,
  entitled: 1000,
})

/** Writes everything. Calls `before` before each write. */
function writer(before: (what: string) => void = () => {}): Writer<number, number, number> {
  const written = (action: 'create' | 'update' | 'mark', item: number): Result => {
    return result({ action, key: `key ${item}`, id: item }, 'written')
  }
  return {
    // One at a time, to see what is on disk before each.
    createKeys: () => ['every create'],
    createKeyOf: item => `key ${item}`,
    create: async item => {
      before(`create ${item}`)
      return [written('create', item)]
    },
    update: async batch => {
      before(`update ${batch.length}`)
      return { results: batch.map(item => written('update', item)), rest: [] }
    },
    mark: async batch => ({ results: batch.map(item => written('mark', item)), rest: [] }),
  }
}

/** A journal as left by a run of this plan. */
function journalOf(of: ReturnType<typeof plan>, ...lines: unknown[]): string {
  const header = { plan: fingerprint('sync-usgov', of) }
  return [header, ...lines]
    .map(line => `\n${typeof line === 'string' ? line : JSON.stringify(line)}`)
    .join('')
}
function resultLines(text: string): string[] {
  return text.split('\n').filter(line => line.includes('"action"'))
}

test('each result is on disk before the next write', async () => {
  const data = dataDirectory()
  const seen: number[] = []
  await runSync(data, context =>
    applyPlan(context, plan([1, 2, 3]), VIEW, () =>
      writer(() => {
        seen.push(resultLines(readFileSync(`${data.path}/${JOURNAL}`, 'utf8')).length)
      }),
    ),
  )
  expect(seen).toEqual([0, 1, 2])
})

test('a journal with a cut last line is continued, and then removed', async () => {
  const data = dataDirectory()
  const whole = result({ action: 'create', key: 'of the crashed run', id: 7 }, 'written', {
    http_status: 201,
  })
  data.put(JOURNAL, journalOf(plan([1]), whole, JSON.stringify(whole).slice(0, 40)))
  const { exitCode, results } = await runSync(data, context =>
    applyPlan(context, plan([1]), VIEW, () => writer()),
  )
  expect(exitCode).toBe(EXIT.done)
  expect(results).toEqual([whole, result({ action: 'create', key: 'key 1', id: 1 }, 'written')])
  expect(data.has(JOURNAL)).toBe(false)
})

test('a journal that was cut twice keeps all complete lines', async () => {
  const data = dataDirectory()
  const whole = result({ action: 'create', key: 'first', id: 7 }, 'written')
  data.put(JOURNAL, journalOf(plan([1, 2]), whole, JSON.stringify(whole).slice(0, 40)))
  const crash = new Error('the machine went away')
  const crashed = runSync(data, context =>
    applyPlan(context, plan([1, 2]), VIEW, () =>
      writer(what => {
        if (what === 'create 2') throw crash
      }),
    ),
  )
  await expect(crashed).rejects.toBe(crash)
  data.put(JOURNAL, `${readFileSync(`${data.path}/${JOURNAL}`, 'utf8')}\n{"action":"cre`)
  const { results } = await runSync(data, context => applyPlan(context, plan([1, 2]), VIEW, () => writer()))
  expect(results?.map(({ key }) => key)).toEqual(['first', 'key 1', 'key 1', 'key 2'])
})

test.each([
  ['create 2', ['create 1', 'create 2'], 2],
  ['update 100', ['create 1', 'create 2', 'create 3', 'update 100'], 103],
])(
  'cancelled during %s, it stops before the next write, reports what it wrote, and keeps the journal',
  async (at, made, count) => {
    const data = dataDirectory()
    const cancel = new AbortController()
    const writes: string[] = []
    const updates = Array.from({ length: 101 }, (_, index) => index)
    const { problem, results } = await runSync(
      data,
      context =>
        applyPlan(context, plan([1, 2, 3], updates), VIEW, () =>
          writer(what => {
            writes.push(what)
            if (what === at) cancel.abort()
          }),
        ),
      { signal: cancel.signal },
    )
    expect(writes).toEqual(made)
    expect(problem?.code).toBe('CANCELLED')
    expect(exitCodeOf(problem)).toBe(EXIT.upstream)
    expect(results).toHaveLength(count)
    expect(data.has(JOURNAL)).toBe(true)
  },
)

test('a failed run that then cannot write its results ends with the first error and leaves no partial file', async () => {
  const data = dataDirectory()
  const away = upstreamFailed('UNAVAILABLE', {
    message: 'Zendesk is away',
    next: 'Wait.',
  })
  const { problem, results } = await runSync(data, context =>
    applyPlan(context, plan([1, 2]), VIEW, () => ({
      ...writer(),
      create: async item => {
        if (item === 2) throw away
        return [result({ action: 'create', key: 'no record of the artifact', id: Number.NaN }, 'written')]
      },
    })),
  )
  expect(problem).toBe(away)
  expect(results).toBeUndefined()
  expect(data.has(JOURNAL)).toBe(true)
})

test('a failed create that then cannot be recorded as answered ends with the first error', async () => {
  const data = dataDirectory()
  const away = upstreamFailed('UNAVAILABLE', {
    message: 'Zendesk is away',
    next: 'Wait.',
  })
  const { problem } = await runSync(data, context =>
    applyPlan(context, plan([1]), VIEW, () => ({
      ...writer(),
      create: () => {
        rmSync(`${data.path}/${JOURNAL}`)
        mkdirSync(`${data.path}/${JOURNAL}`)
        throw away
      },
    })),
  )
  expect(problem).toBe(away)
})

test('a failure of an interrupted run is reported, but is not a failure of the run that tried again', async () => {
  const data = dataDirectory()
  data.put(
    JOURNAL,
    journalOf(
      plan([1]),
      result({ action: 'mark', key: 'of the crashed run', id: 7 }, 'failed', { error: 'X' }),
    ),
  )
  const { exitCode, warnings, results } = await runSync(data, context =>
    applyPlan(context, plan([1]), VIEW, () => writer()),
  )
  expect({ exitCode, warnings }).toEqual({ exitCode: EXIT.done, warnings: [] })
  expect(results).toContainEqual(expect.objectContaining({ key: 'of the crashed run', status: 'failed' }))
})

test('a plan without writes succeeds and leaves an empty array', async () => {
  const { exitCode, results } = await runSync(dataDirectory(), context =>
    applyPlan(context, plan([]), VIEW, () => writer()),
  )
  expect({ exitCode, results }).toEqual({ exitCode: EXIT.done, results: [] })
})

const applied = (data: ReturnType<typeof dataDirectory>, of: ReturnType<typeof plan>) =>
  runSync(data, context => applyPlan(context, of, VIEW, () => writer()))

test('the journal of another plan is set aside with a warning, and a run of that plan continues it', async () => {
  const data = dataDirectory()
  const others = result({ action: 'create', key: 'of the other plan', id: 7 }, 'written')
  data.put(JOURNAL, journalOf(plan([5]), others))
  const { results, warned } = await applied(data, plan([1]))
  expect(results?.map(({ key }) => key)).toEqual(['key 1'])
  const [aside = ''] = readdirSync(data.path).filter(name => name.endsWith('.jsonl'))
  expect(warned).toMatchObject([{ code: 'JOURNAL_OF_ANOTHER_PLAN', keys: [aside] }])
  expect(resultLines(readFileSync(`${data.path}/${aside}`, 'utf8'))).toEqual([JSON.stringify(others)])

  const again = await applied(data, plan([5]))
  expect(again.results?.map(({ key }) => key)).toEqual(['of the other plan', 'key 5'])
  expect(again.warned).toEqual([])
  expect(readdirSync(data.path).filter(name => name.endsWith('.jsonl'))).toEqual([])
})

test('a journal without a plan counts as another plan’s', async () => {
  const data = dataDirectory()
  data.put(JOURNAL, `\n${JSON.stringify(result({ action: 'create', key: 'whose?', id: 7 }, 'written'))}`)
  const { results, warned } = await applied(data, plan([1]))
  expect(results?.map(({ key }) => key)).toEqual(['key 1'])
  expect(warned).toMatchObject([{ keys: ['sync_results.journal.unknown.jsonl'] }])
  expect(data.has('sync_results.journal.unknown.jsonl')).toBe(true)
})

const NOW = new Date('2026-11-23T10:00:00Z')

test.each([
  ['waits until Zendesk has ended a create without an answer', -2_000, [], [3_000]],
  ['waits no longer than that if another machine’s clock is ahead', 60_000, [], [5_000]],
  ['does not wait for a create that Zendesk has ended since', -5_000, [], []],
  ['does not wait for a create that was answered', 0, [{ created: 1 }], []],
])('a run after a crash during the creates %s', async (_, offset, lines, waits) => {
  const data = dataDirectory()
  const at = new Date(NOW.getTime() + offset).toISOString()
  data.put(JOURNAL, journalOf(plan([1]), { creating: 1, key: 'key 1', at }, ...lines))
  const done: (number | string)[] = []
  const sleep = async (milliseconds: number) => void done.push(milliseconds)
  await runSync(
    data,
    context => applyPlan(context, plan([1]), VIEW, () => writer(what => void done.push(what))),
    { clock: () => NOW, sleep },
  )
  expect(done).toEqual([...waits, 'create 1'])
})

test('a create is recorded with the time when it was sent', async () => {
  const data = dataDirectory()
  let noted = ''
  await runSync(
    data,
    context =>
      applyPlan(context, plan([1]), VIEW, () =>
        writer(() => {
          noted = readFileSync(`${data.path}/${JOURNAL}`, 'utf8')
        }),
      ),
    { clock: () => NOW },
  )
  expect(noted).toContain(JSON.stringify({ creating: 1, key: 'key 1', at: NOW.toISOString() }))
})
