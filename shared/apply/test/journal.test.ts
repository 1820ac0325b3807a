import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EXIT, exitCodeOf } from '../../errors/index.ts'
import { dataDirectory } from '../../stage/test/data-directory.ts'
import { applyPlan, type Result, result, type Writer } from '../index.ts'
import { runSync } from './sync-run.ts'

const JOURNAL = 'sync_results.journal.jsonl'
const VIEW = {
  title: 'A plan',
  counts: { create: 0, update: 0, mark: 0, alreadyMarked: 0, gathered: 1 },
  writes: [],
}
const plan = (creates: number[], updates: number[] = []) => ({
  creates,
  updates,
  marks: [],
  alreadyMarked: [],
  gathered: 1000,
})

/** Writes everything; `before` is told of each write that is about to be made. */
function writer(before: (what: string) => void = () => {}): Writer<number, number, number> {
  const written = (action: 'create' | 'update' | 'mark', item: number): Result => {
    return result(action, `key ${item}`, item, 'written')
  }
  return {
    // One at a time, so that what is on disk before each can be told.
    createKeys: () => ['every create'],
    create: async item => {
      before(`create ${item}`)
      return [written('create', item)]
    },
    update: async batch => {
      before(`update ${batch.length}`)
      return batch.map(item => written('update', item))
    },
    mark: async batch => batch.map(item => written('mark', item)),
  }
}

test('each result is on disk before the next write', async () => {
  const data = dataDirectory()
  const seen: number[] = []
  await runSync(data, context =>
    applyPlan(context, 'sync-usgov', plan([1, 2, 3]), VIEW, () =>
      writer(() => {
        const lines = data.has(JOURNAL)
          ? readFileSync(`${data.path}/${JOURNAL}`, 'utf8').trim().split('\n')
          : []
        seen.push(lines.length)
      }),
    ),
  )
  expect(seen).toEqual([0, 1, 2])
})

test('a journal that a crash cut in its last line is folded in, and then is gone', async () => {
  const data = dataDirectory()
  const whole = result('create', 'of the crashed run', 7, 'written', { http_status: 201 })
  data.put(JOURNAL, `\n${JSON.stringify(whole)}\n${JSON.stringify(whole).slice(0, 40)}`)
  const { exitCode, results } = await runSync(data, context =>
    applyPlan(context, 'sync-usgov', plan([1]), VIEW, () => writer()),
  )
  expect(exitCode).toBe(EXIT.done)
  expect(results).toEqual([whole, result('create', 'key 1', 1, 'written')])
  expect(data.has(JOURNAL)).toBe(false)
})

test('a journal that was cut twice loses no whole line', async () => {
  const data = dataDirectory()
  const whole = JSON.stringify(result('create', 'first', 7, 'written'))
  data.put(JOURNAL, `\n${whole}\n${whole.slice(0, 40)}`)
  const crash = new Error('the machine went away')
  const crashed = runSync(data, context =>
    applyPlan(context, 'sync-usgov', plan([1, 2]), VIEW, () =>
      writer(what => {
        if (what === 'create 2') throw crash
      }),
    ),
  )
  await expect(crashed).rejects.toBe(crash)
  data.put(JOURNAL, `${readFileSync(`${data.path}/${JOURNAL}`, 'utf8')}\n{"action":"cre`)
  const { results } = await runSync(data, context =>
    applyPlan(context, 'sync-usgov', plan([3]), VIEW, () => writer()),
  )
  expect(results?.map(({ key }) => key)).toEqual(['first', 'key 1', 'key 3'])
})

test.each([
  ['create 2', ['create 1', 'create 2'], 2],
  ['update 100', ['create 1', 'create 2', 'create 3', 'update 100'], 103],
])(
  'cancelled during %s, it stops before the next write, tells what was written, and keeps the journal',
  async (at, made, count) => {
    const data = dataDirectory()
    const cancel = new AbortController()
    const writes: string[] = []
    const updates = Array.from({ length: 101 }, (_, index) => index)
    const { trouble, results } = await runSync(
      data,
      context =>
        applyPlan(context, 'sync-usgov', plan([1, 2, 3], updates), VIEW, () =>
          writer(what => {
            writes.push(what)
            if (what === at) cancel.abort()
          }),
        ),
      { signal: cancel.signal },
    )
    expect(writes).toEqual(made)
    expect(trouble?.code).toBe('CANCELLED')
    expect(exitCodeOf(trouble)).toBe(EXIT.upstream)
    expect(results).toHaveLength(count)
    expect(data.has(JOURNAL)).toBe(true)
  },
)

test('what an interrupted run failed to write is told, and is no failure of the run that tried it again', async () => {
  const data = dataDirectory()
  data.put(JOURNAL, `\n${JSON.stringify(result('mark', 'of the crashed run', 7, 'failed', { error: 'X' }))}`)
  const { exitCode, warnings, results } = await runSync(data, context =>
    applyPlan(context, 'sync-usgov', plan([1]), VIEW, () => writer()),
  )
  expect({ exitCode, warnings }).toEqual({ exitCode: EXIT.done, warnings: [] })
  expect(results).toContainEqual(expect.objectContaining({ key: 'of the crashed run', status: 'failed' }))
})

test('a plan without writes ends well and leaves an empty array', async () => {
  const { exitCode, results } = await runSync(dataDirectory(), context =>
    applyPlan(context, 'sync-usgov', plan([]), VIEW, () => writer()),
  )
  expect({ exitCode, results }).toEqual({ exitCode: EXIT.done, results: [] })
})
