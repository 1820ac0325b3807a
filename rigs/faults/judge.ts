import { EXIT } from '@support-sync/shared/runtime/errors'
import { z } from 'zod'
import type { Cell } from './cells.ts'
import { surplus } from './oracle.ts'
import { rightOutcome } from './right-outcome.ts'
import type { Ended } from './start.ts'
import type { Told, Undisturbed } from './undisturbed.ts'

/** What a run did, as the servers and its data directory show it. */
export type Observed = Ended & {
  writes: string[]
  state: string[]
  artifacts: Map<string, string>
  results: Told[]
  /** The names of what stands in the data directory. */
  files: string[]
  /** Those found in its log, its files and what Slack was told. */
  secrets: string[]
}

export type Verdict = {
  /** Whether it ended as if nothing had happened. */
  recovered: boolean
  said: string
  problems: string[]
}

/** Judges a run that met a fault. */
export function judgeFirst(cell: Cell, undisturbed: Undisturbed, run: Observed): Verdict {
  const problems = [
    ...wrongWrites(undisturbed, run, run),
    ...leftStanding(undisturbed, run),
    ...toldSecrets(run),
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
    problems.push(`ends in ${run.exitCode}, not in ${exitCodes.join(' or ')}: ${said}`)
  if (!right.named.test(said)) problems.push(`does not name the call: ${said || 'it says nothing'}`)
  return { recovered, said, problems }
}

/** Judges the run after it, which met none: nothing is lost, and nothing was done twice. */
export function judgeAgain(undisturbed: Undisturbed, first: Observed, again: Observed): string[] {
  const problems = [
    ...wrongWrites(undisturbed, first, again),
    ...leftStanding(undisturbed, again),
    ...toldSecrets(again),
  ]
  if (again.exitCode !== undisturbed.exitCode)
    problems.push(`run again it ends in ${again.exitCode}: ${again.log.join('').slice(-600)}`)
  for (const text of surplus(undisturbed.state, again.state)) problems.push(`lost: ${text}`)
  for (const text of surplus(again.state, undisturbed.state))
    if (!isNewsOf(first, text)) problems.push(`not to be there: ${text}`)
  for (const [name, text] of undisturbed.artifacts)
    if (again.artifacts.get(name) !== text) problems.push(`run again it writes another ${name}`)
  const told = new Set([...first.results, ...again.results].filter(isDone).map(({ what }) => what))
  for (const { what } of undisturbed.results.filter(isDone))
    if (!told.has(what)) problems.push(`never told: ${what}`)
  return problems
}

function toldSecrets({ secrets }: Observed): string[] {
  return secrets.map(secret => `tells a secret: ${secret}`)
}

/** Only what the undisturbed run writes too may be written, however often it was tried. */
function wrongWrites(undisturbed: Undisturbed, first: Observed, run: Observed): string[] {
  const right = new Set(undisturbed.writes)
  const wrong = run.writes
    .filter(write => !right.has(write) && !isNewsOf(first, write))
    .map(write => `wrongly written: ${write}`)
  // Twice there means made twice.
  const doubled = surplus(run.state, [...new Set(run.state)]).map(text => `made twice: ${text}`)
  return [...wrong, ...doubled]
}

/** Slack is told, and rightly so, where an organization has no user because the fault was the association's. */
function isNewsOf({ results }: Observed, text: string): boolean {
  return (
    text.startsWith('slack: ') &&
    results.some(({ what, status }) => status === 'failed' && /^associate/.test(what))
  )
}

/** Whoever fails leaves no artifact that could be taken for this run's, and nobody leaves half of one. */
function leftStanding({ bin, artifacts }: Undisturbed, run: Observed): string[] {
  const halves = run.files.filter(name => name.endsWith('.part')).map(name => `leaves ${name}`)
  if (run.exitCode !== EXIT.done)
    return [...halves, ...[...run.artifacts.keys()].map(name => `fails and leaves ${name}`)]
  const different = bin.writes
    .map(({ name }) => name)
    .filter(name => run.artifacts.get(name) !== artifacts.get(name))
  return [...halves, ...different.map(name => `writes another ${name}`)]
}

function asUndisturbed(undisturbed: Undisturbed, run: Observed): boolean {
  return (
    run.exitCode === undisturbed.exitCode &&
    run.state.join('\n') === undisturbed.state.join('\n') &&
    outcomesOf(run.results) === outcomesOf(undisturbed.results)
  )
}

/** What became of each write; a create whose answer was lost is recognised, and as good as written. */
function outcomesOf(results: readonly Told[]): string {
  const texts = results.map(({ what, done, status }) => `${what} ${done ? 'done' : status}`)
  return [...new Set(texts)].sort().join('\n')
}

function isDone({ done }: Told): boolean {
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

/** Why it stopped, or what it could not write, or what it warns of. */
function whatItSaid(lines: readonly Line[], { results }: Observed, undisturbed: Undisturbed): string {
  const why = lines.find(({ level, next }) => level === 'error' && next !== undefined)
  if (why) return `${why.code}: ${why.msg}`
  const known = new Set(undisturbed.results.map(({ error }) => error))
  const failed = results.find(({ status, error }) => status === 'failed' && !known.has(error))
  if (failed) return `${failed.what} failed: ${failed.error}`
  const warning = lines.find(({ level, code }) => level === 'warn' && code !== undefined)
  return warning ? `${warning.code}: ${warning.msg}` : ''
}
