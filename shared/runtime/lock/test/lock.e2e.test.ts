import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { EXIT, ExpectedError, exitCodeOf } from '../../errors/index.ts'
import { takeLock } from '../index.ts'

const SINCE = Date.UTC(2026, 10, 23, 10)
const NOW = new Date('2026-11-23T11:00:00Z')

/** The paths of two locks. */
function locks() {
  const folder = mkdtempSync(join(tmpdir(), 'locks-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return { x: join(folder, 'x'), y: join(folder, 'y') }
}

function refusal(take: () => unknown): ExpectedError | undefined {
  try {
    take()
    return undefined
  } catch (error) {
    if (error instanceof ExpectedError) return error
    throw error
  }
}

/** Another process that holds the lock until it is killed. */
async function holder(what: string, path: string) {
  const program = `
    import { takeLock } from ${JSON.stringify(join(import.meta.dirname, '..', 'index.ts'))}
    const lock = takeLock(${JSON.stringify(what)}, ${JSON.stringify(path)}, new Date(${SINCE}))
    console.log('held')
    setInterval(() => lock, 1000)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await once(child.stdout, 'data')
  return child
}

test('a lock is refused while another process holds it; the error names the process and has exit code 75', async () => {
  const { x } = locks()
  const child = await holder('the instance X', x)
  const problem = refusal(() => takeLock('the instance X', x, NOW))
  expect(problem).toMatchObject({ code: 'ANOTHER_RUN' })
  expect(problem?.message).toContain(`the instance X (process ${child.pid}, since 2026-11-23T10:00:00.000Z`)
  expect(problem?.next).toContain('start again from the gather')
  expect(exitCodeOf(problem)).toBe(EXIT.upstream)
})

test('a lock whose holder was killed is free at once', async () => {
  const { x } = locks()
  const child = await holder('the instance X', x)
  child.kill('SIGKILL')
  await once(child, 'close')
  expect(refusal(() => takeLock('the instance X', x, NOW))).toBeUndefined()
})

test('a lock is also refused in the same process until it is released; another name is another lock', () => {
  const { x, y } = locks()
  const lock = takeLock('the instance X', x, NOW)
  expect(refusal(() => takeLock('the instance X', x, NOW))).toBeDefined()
  expect(refusal(() => takeLock('the instance Y', y, NOW).release())).toBeUndefined()
  lock.release()
  expect(refusal(() => takeLock('the instance X', x, NOW))).toBeUndefined()
})

test('a lock file that SQLite cannot use is bad input, with the path', () => {
  const { x } = locks()
  writeFileSync(x, 'not a database '.repeat(100))
  const problem = refusal(() => takeLock('the instance X', x, NOW))
  expect(problem).toMatchObject({ code: 'LOCK_UNUSABLE' })
  expect(problem?.message).toContain(x)
  expect(exitCodeOf(problem)).toBe(EXIT.badInput)
})

test('a lock whose holder cannot be written is free again', () => {
  const { x } = locks()
  mkdirSync(`${x}.holder.part`)
  expect(refusal(() => takeLock('the instance X', x, NOW))).toMatchObject({ code: 'LOCK_UNUSABLE' })
  rmdirSync(`${x}.holder.part`)
  takeLock('the instance X', x, NOW).release()
})
