import { create } from 'xmlbuilder2'
import type { Result } from '../../domain/index.ts'
import { RESULTS_NAME } from '../../pipeline/index.ts'
import { EXIT } from '../../runtime/errors/index.ts'
import { brief } from '../../runtime/text/index.ts'
import type { StageRecord } from './stage-record.ts'

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
export function junitOf(stages: readonly StageRecord[]): string {
  const shown = stages.filter(({ state }) => state !== 'not-asked')
  // XML does not allow control characters.
  return create(
    { version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\ufffd' },
    { testsuites: { testsuite: shown.map(suiteOf) } },
  ).end({ prettyPrint: true })
}

function suiteOf(record: StageRecord) {
  const cases = casesOf(record)
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

function casesOf({ state, summaries, error, failures }: StageRecord): Case[] {
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
  return [...cases, ...failures.map(failedRecord)]
}

function failedRecord(failure: Result): Case {
  const { action, key, id, http_status } = failure
  const type = failure.code ?? 'REFUSED'
  const facts = [
    `HTTP ${http_status ?? 'none'}`,
    ...(id === null ? [] : [`Zendesk id ${id}`]),
    `${RESULTS_NAME} says why`,
  ]
  return { name: `${action} ${brief(key)}`, failure: { type, text: facts.join(', ') } }
}
