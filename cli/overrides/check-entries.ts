import { readFile } from 'node:fs/promises'
import { type Day, endOf, matchKey, overrideSchema } from '@support-sync/shared/domain'
import { parseYaml } from '@support-sync/shared/runtime/artifacts'
import { badInput } from '@support-sync/shared/runtime/errors'
import { columns, didYouMean, type Screen } from '@support-sync/shared/runtime/terminal'
import { printable } from '@support-sync/shared/runtime/text'
import { z } from 'zod'
import { factsOf, type Inputs } from '../impact/inputs.ts'

/** A finding about an entry. A `problem` would stop the processor. */
export type Finding = { state: 'problem' | 'warning' | 'ok'; entry: string; message: string }

const idSchema = z.object({ salesforce_id: z.union([z.string(), z.number()]) })

/** Checks each entry of a file. */
export async function checkFile(file: string, inputs: Inputs, today: Day): Promise<Finding[]> {
  const entries = entriesOf(await parseYaml(await textOf(file), file), file)
  const findings = await checkEntries(entries, inputs, today)
  if (findings.length > 0) return findings
  const message = `${entries.length} valid ${entries.length === 1 ? 'entry' : 'entries'}`
  return [{ state: 'ok', entry: file, message }]
}

/** Checks entries by the processor's rules, and against the accounts of a run. */
export async function checkEntries(
  entries: readonly unknown[],
  inputs: Inputs,
  today: Day,
): Promise<Finding[]> {
  const { facts } = await factsOf(inputs)
  const accounts = new Set([...facts.keys()].map(id => matchKey(id)))
  const seen = new Set<string>()
  return entries.flatMap((entry, index): Finding[] => {
    const id = idSchema.safeParse(entry).data?.salesforce_id
    const name = `entry ${index + 1}${id === undefined ? '' : ` (${id})`}`
    const problem = (message: string): Finding => ({ state: 'problem', entry: name, message })
    const former = keyedById(entry)
    if (former !== undefined) {
      return [
        problem(
          `is keyed by ${former}, as in the previous system: write salesforce_id: "${former}" next to its other keys`,
        ),
      ]
    }
    const parsed = overrideSchema.safeParse(entry)
    if (!parsed.success) return parsed.error.issues.flatMap(issue => issueTexts(issue).map(problem))
    const { salesforce_id, expiration_date } = parsed.data
    const key = matchKey(salesforce_id)
    const end = endOf(parsed.data, today)
    if (key !== null && seen.has(key))
      return [problem('its salesforce_id is listed twice: merge the two entries')]
    if (key !== null) seen.add(key)
    const warning = (message: string): Finding => ({ state: 'warning', entry: name, message })
    return [
      ...(key === null || !accounts.has(key)
        ? [warning(`matches no account of ${inputs.source}: it has no effect`)]
        : []),
      ...(end === 'over' ? [warning(`ended on ${expiration_date}`)] : []),
      ...(end === 'soon' ? [warning(`ends soon, on ${expiration_date}`)] : []),
    ]
  })
}

/** The findings as lines. Those that stop a run come first. */
export function findingLines(findings: readonly Finding[], { style, width }: Screen): string[] {
  const sign = { problem: style.red('✗'), warning: style.yellow('!'), ok: style.green('✓') }
  const rows = ['problem', 'warning', 'ok'].flatMap(state =>
    findings
      .filter(finding => finding.state === state)
      .map(({ entry, message, ...finding }) => [sign[finding.state], printable(entry), printable(message)]),
  )
  return columns(rows, { width })
}

async function textOf(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => {
    throw badInput('OVERRIDES_MISSING', {
      message: `there is no file ${file}`,
      next: 'Name the override file: overrides check FILE.',
    })
  })
}

/** A file's entries. Turns a hash by salesforce_id, the previous system's format, into a list. */
function entriesOf(content: unknown, file: string): readonly unknown[] {
  if (Array.isArray(content)) return content
  const hash = z.record(z.string(), z.unknown()).safeParse(content)
  if (hash.success && Object.keys(hash.data).some(key => matchKey(key) !== null)) {
    return Object.entries(hash.data).map(([key, value]) => ({ [key]: value }))
  }
  throw badInput('OVERRIDES_INVALID', {
    message: `${file} is not a list of entries`,
    next: 'Write a YAML list with one entry per account, or [] if there are none.',
  })
}

/** The id that is the key of an entry in the previous system's format. */
function keyedById(entry: unknown): string | undefined {
  const hash = z.record(z.string(), z.unknown()).safeParse(entry)
  return hash.success ? Object.keys(hash.data).find(key => matchKey(key) !== null) : undefined
}

function issueTexts(issue: z.core.$ZodIssue): string[] {
  if (issue.code !== 'unrecognized_keys') return [`${issue.path.join('.') || 'it'}: ${issue.message}`]
  const known = Object.keys(overrideSchema.shape)
  return issue.keys.map(key => `has the unknown key ${key}${didYouMean(key, known)}`)
}
