import { EXIT } from '@support-sync/shared/runtime/errors'
import { z } from 'zod'
import type { Cell } from './cells.ts'
import { surplus } from './oracle.ts'
import { rightOutcome } from './right-outcome.ts'
import type { Ended } from './start.ts'
import { type ReportedWrite, rowOf, type Undisturbed } from './undisturbed.ts'

/** What a run did, read from the servers and its data directory. */
export type Observed = Ended & {
  writes: string[]
  state: string[]
  artifacts: Map<string, string>
  results: ReportedWrite[]
  /** The names of the files in the data directory. */
  files: string[]
  /** Secrets found in its log, its files and the Slack messages. */
  secrets: string[]
}

export type Verdict = {
  /** Whether it ended as without a fault. */
  recovered: boolean
  said: string
  problems: string[]
}

/** Judges a run with a fault. */
export function judgeFirst(cell: Cell, undisturbed: Undisturbed, run: Observed): Verdict {
  const problems = [
    ...wrongWrites(undisturbed, run, run),
    ...leftFiles(undisturbed, run),
    ...leakedSecrets(run),
  ]
  const lines = run.log.flatMap(parseLine)
  const said = whatItSaid(lines, run, undisturbed)
  if (run.exitCode === null) return { recovered: false, said, problems: [...problems, 'hangs'] }
  if (run.exitCode === EXIT.bug || lines.length < run.log.length || /\n\s+at /.test(run.log.join('')))
    problems.push(`crashes: ${run.log.join('').slice(-600)}`)

  const recovered = asUndisturbed(undisturbed, run)
  if (recovered) return { recovered, said, problems }
  const right = rightOutcome(cell.fault, cell.call)
  if (right.mustRecover) problems.push(`does not recover: ${run.exitCode} ${said}`)
  const exitCodes = right.warns ? [undisturbed.exitCode] : right.exitCodes
  if (!exitCodes.some(code => code === run.exitCode))
    problems.push(`exit code ${run.exitCode}, expected ${exitCodes.join(' or ')}: ${said}`)
  if (!right.named.test(said)) problems.push(`does not name the call: ${said || 'no message'}`)
  return { recovered, said, problems }
}

/** Judges the next run, without a fault: nothing is lost, and nothing happened twice. */
export function judgeAgain(undisturbed: Undisturbed, first: Observed, again: Observed): string[] {
  const problems = [
    ...wrongWrites(undisturbed, first, again),
    ...leftFiles(undisturbed, again),
    ...leakedSecrets(again),
  ]
  if (again.exitCode !== undisturbed.exitCode)
    problems.push(`second run: exit code ${again.exitCode}: ${again.log.join('').slice(-600)}`)
  for (const text of surplus(undisturbed.state, again.state)) problems.push(`lost: ${text}`)
  for (const text of surplus(again.state, undisturbed.state))
    if (!isRightMessage(first, text)) problems.push(`unexpected: ${text}`)
  for (const [name, text] of undisturbed.artifacts)
    if (again.artifacts.get(name) !== text) problems.push(`second run: ${name} differs`)
  const reported = new Set([...first.results, ...again.results].filter(isDone).map(({ what }) => what))
  for (const { what } of undisturbed.results.filter(isDone))
    if (!reported.has(what)) problems.push(`no result for: ${what}`)
  return problems
}

function leakedSecrets({ secrets }: Observed): string[] {
  return secrets.map(secret => `leaks a secret: ${secret}`)
}

/**
 * Writes that the undisturbed run does not make, and records created twice. Repeated writes are fine. If Zendesk refuses
 * a create, its attributes may follow in an update.
 */
function wrongWrites(undisturbed: Undisturbed, first: Observed, run: Observed): string[] {
  const right = new Set(undisturbed.writes.flatMap(write => [write, asUpdate(write)]))
  const wrong = run.writes
    .filter(write => !right.has(write) && !isRightMessage(first, write))
    .map(write => `wrong write: ${write}`)
  const doubled = surplus(run.state, [...new Set(run.state)]).map(text => `created twice: ${text}`)
  return [...wrong, ...doubled]
}

function asUpdate(write: string): string {
  return write.replace(/^(\w+): create organization "(.*?)": /, '$1: update $2: ')
}

/** A Slack message is right if the fault made an association fail and left an organization without users. */
function isRightMessage({ results }: Observed, text: string): boolean {
  return (
    text.startsWith('slack: ') &&
    results.some(({ what, status }) => status === 'failed' && /^associate/.test(what))
  )
}

/** Files that a run must not leave: partial ones, and after a failure any artifact that looks like this run's. */
function leftFiles(undisturbed: Undisturbed, run: Observed): string[] {
  const halves = run.files.filter(name => name.endsWith('.part')).map(name => `leaves ${name}`)
  if (run.exitCode !== EXIT.done)
    return [...halves, ...[...run.artifacts.keys()].map(name => `fails and leaves ${name}`)]
  const different = rowOf(undisturbed)
    .writes.map(({ name }) => name)
    .filter(name => run.artifacts.get(name) !== undisturbed.artifacts.get(name))
  return [...halves, ...different.map(name => `writes another ${name}`)]
}

function asUndisturbed(undisturbed: Undisturbed, run: Observed): boolean {
  return (
    run.exitCode === undisturbed.exitCode &&
    run.state.join('\n') === undisturbed.state.join('\n') &&
    outcomesOf(run.results) === outcomesOf(undisturbed.results)
  )
}

/** The outcome of each write. A recognised create (its answer was lost) counts as written. */
function outcomesOf(results: readonly ReportedWrite[]): string {
  const texts = results.map(({ what, done, status }) => `${what} ${done ? 'done' : status}`)
  return [...new Set(texts)].sort().join('\n')
}

function isDone({ done }: ReportedWrite): boolean {
  return done
}

const lineSchema = z.looseObject({
  level: z.string(),
  msg: z.string(),
  code: z.string().optional(),
  next: z.string().optional(),
})
type Line = z.infer<typeof lineSchema>

function parseLine(text: string): Line[] {
  try {
    return [lineSchema.parse(JSON.parse(text))]
  } catch {
    return []
  }
}

/** The run's error, or its first failed write, or its first warning. */
function whatItSaid(lines: readonly Line[], { results }: Observed, undisturbed: Undisturbed): string {
  const why = lines.find(({ level, next }) => level === 'error' && next !== undefined)
  if (why) return `${why.code}: ${why.msg}`
  const known = new Set(undisturbed.results.map(({ error }) => error))
  const failed = results.find(({ status, error }) => status === 'failed' && !known.has(error))
  if (failed) return `${failed.what} failed: ${failed.error}`
  const warning = lines.find(({ level, code }) => level === 'warn' && code !== undefined)
  return warning ? `${warning.code}: ${warning.msg}` : ''
}
