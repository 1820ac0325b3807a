import { type Result, settledResults } from '@support-sync/shared/domain'
import { clip } from './clip.ts'
import type { ChangedRecord } from './schema.ts'

type Outcome = Pick<ChangedRecord, 'outcome' | 'outcomeTexts' | 'isInPart'>

/** A record's outcome is the first of these that its results have. */
const MOST_IMPORTANT_FIRST = ['failed', 'skipped', 'written', 'recognised'] as const

/** A sync's results by record. */
export async function readOutcomes(results: AsyncIterable<Result>, areUsers: boolean) {
  const found = new Map<string, Result[]>()
  for await (const result of results) {
    // The result of associating a user has the key of the created organization.
    const name = nameOf(plannedAction(result), result.key)
    const known = found.get(name)
    if (known) known.push(result)
    else found.set(name, [result])
  }
  return {
    take(action: ChangedRecord['action'], key: string): Outcome {
      const name = nameOf(action, key)
      const own = found.get(name) ?? []
      found.delete(name)
      return outcomeOf(own, areUsers)
    },
    /** Results that are not in the plan: the owner of a secondary email address, or records of an interrupted run. */
    *rest(): Generator<Pick<ChangedRecord, 'action' | 'key' | 'id'> & Outcome> {
      for (const own of found.values()) {
        const [first] = own
        if (!first) continue
        yield {
          action: plannedAction(first),
          key: clip(first.key),
          id: first.id,
          ...outcomeOf(own, areUsers),
        }
      }
    },
  }
}

/** The planned action that a result belongs to. Associating users belongs to the create. */
function plannedAction({ action }: Result): ChangedRecord['action'] {
  return action === 'associate' || action === 'notify' ? 'create' : action
}

function nameOf(action: string, key: string): string {
  return `${action} ${key}`
}

function outcomeOf(own: readonly Result[], areUsers: boolean): Outcome {
  const results = settledResults(own)
  const writes = results.filter(({ action }) => action !== 'associate' && action !== 'notify')
  const outcome =
    MOST_IMPORTANT_FIRST.find(status => writes.some(result => result.status === status)) ?? 'planned'
  const isInPart = outcome === 'failed' && writes.some(({ status }) => status === 'written')
  return { outcome, isInPart, outcomeTexts: results.flatMap(result => sentenceOf(result, areUsers)) }
}

function sentenceOf(result: Result, isUser: boolean): string[] {
  const { action, id, status, http_status, code, error, attributes } = result
  if (action === 'associate') return [`user ${id}: ${error === null ? associated(status) : clip(error)}`]
  if (error === null) return []
  const about = attributes.length === 0 ? '' : `${attributes.join(', ')}: `
  const http = http_status === null ? '' : ` (HTTP ${http_status})`
  // Zendesk's error about a user quotes the user's name or email address.
  const said = isUser && status === 'failed' ? '' : `: ${clip(error)}`
  return [`${about}${code ?? status}${said}${http}`]
}

function associated(status: Result['status']): string {
  return status === 'written' ? 'associated with it' : status
}
