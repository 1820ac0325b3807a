import { create } from 'xmlbuilder2'
import { failsSince, type Result } from '../../domain/index.ts'
import { RESULTS_NAME } from '../../pipeline/index.ts'
import { EXIT } from '../../runtime/errors/index.ts'
import { brief } from '../../runtime/text/index.ts'
import type { RunRecord } from './run-record.ts'
import type { StageRecord } from './stage-record.ts'

/** The run's end, and the records that failed before, by stage. A report of one stage does not have them. */
type Earlier = Pick<RunRecord, 'failing' | 'ended_at'>

type Case = {
  name: string
  seconds?: number
  failure?: { type: string; text: string }
  isSkipped?: boolean
}

/**
 * A JUnit report of the stages: one case per bin, named after the guard if one stopped it, and one case per failed
 * record, named by its key. Everyone who can see the pipeline can read it, so it has ids and codes but no sentences of
 * Zendesk.
 */
export function junitOf(stages: readonly StageRecord[], earlier?: Earlier): string {
  const shown = stages.filter(({ state }) => state !== 'not-asked')
  // XML does not allow control characters.
  return create(
    { version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\ufffd' },
    { testsuites: { testsuite: shown.map(stage => suiteOf(stage, earlier)) } },
  ).end({ prettyPrint: true })
}

function suiteOf(record: StageRecord, earlier: Earlier | undefined) {
  const cases = casesOf(record, earlier)
  return {
    '@name': record.stage,
    '@tests': cases.length,
    '@failures': cases.filter(({ failure }) => failure).length,
    '@skipped': cases.filter(({ isSkipped }) => isSkipped).length,
    testcase: cases.map(({ name, seconds = 0, failure, isSkipped }) => ({
      '@classname': record.stage,
      '@name': name,
      '@time': seconds,
      ...(failure ? { failure: { '@type': failure.type, '@message': failure.type, '#': failure.text } } : {}),
      ...(isSkipped ? { skipped: {} } : {}),
    })),
  }
}

function casesOf(
  { stage, state, summaries, error, failures }: StageRecord,
  earlier: Earlier | undefined,
): Case[] {
  const cases: Case[] = summaries.map(({ bin, exit_code, started_at, ended_at, error }) => ({
    name: exit_code === EXIT.guard ? `${bin}: guard ${error?.code}` : bin,
    seconds: (Date.parse(ended_at) - Date.parse(started_at)) / 1000,
    ...(error ? { failure: { type: error.code, text: `${error.message}\n${error.next}` } } : {}),
  }))
  if (error?.bin === null) {
    cases.push({ name: 'inputs', failure: { type: error.code, text: `${error.message}\n${error.next}` } })
  }
  if (state === 'lost') cases.push({ name: 'end', failure: { type: 'LOST', text: 'It left no result.' } })
  if (state === 'not-run') cases.push({ name: 'start', isSkipped: true })
  const sinceOf = (failure: Result) =>
    earlier && failsSince(failure, earlier.failing[stage] ?? [], new Date(earlier.ended_at))
  return [...cases, ...failures.map(failure => failedRecord(failure, sinceOf(failure)))]
}

function failedRecord(failure: Result, since: string | undefined): Case {
  const { action, key, id, http_status } = failure
  const type = failure.code ?? 'REFUSED'
  const facts = [
    `HTTP ${http_status ?? 'none'}`,
    ...(id === null ? [] : [`Zendesk id ${id}`]),
    ...(since === undefined ? [] : [`failing since ${since}`]),
    `${RESULTS_NAME} says why`,
  ]
  return { name: `${action} ${brief(key)}`, failure: { type, text: facts.join(', ') } }
}
