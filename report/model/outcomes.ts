import { type Result, settledResults } from '@support-sync/shared/domain'
import { clip } from './clip.ts'
import type { ChangedRecord } from './schema.ts'

type Outcome = Pick<ChangedRecord, 'outcome' | 'told' | 'isInPart'>

/** The first of these that a record's results have is what it came to. */
const MOST_TELLING_FIRST = ['failed', 'skipped', 'written', 'recognised'] as const

/** The results of a sync, to be taken record by record. */
export async function readOutcomes(results: AsyncIterable<Result>, areUsers: boolean) {
  const found = new Map<string, Result[]>()
  for await (const result of results) {
    // A user is associated with the organization that was created: its key is the organization's.
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
    /** What was written beside the plan: a second address's owner, or an earlier, interrupted run's records. */
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

/** What follows a create is told with it. */
function plannedAction({ action }: Result): ChangedRecord['action'] {
  return action === 'associate' || action === 'notify' ? 'create' : action
}

function nameOf(action: string, key: string): string {
  return `${action} ${key}`
}

function outcomeOf(told: readonly Result[], areUsers: boolean): Outcome {
  const results = settledResults(told)
  const writes = results.filter(({ action }) => action !== 'associate' && action !== 'notify')
  const outcome =
    MOST_TELLING_FIRST.find(status => writes.some(result => result.status === status)) ?? 'planned'
  const isInPart = outcome === 'failed' && writes.some(({ status }) => status === 'written')
  return { outcome, isInPart, told: results.flatMap(result => sentenceOf(result, areUsers)) }
}

function sentenceOf(result: Result, isUser: boolean): string[] {
  const { action, id, status, http_status, code, error, attributes } = result
  if (action === 'associate') return [`user ${id}: ${error === null ? associated(status) : clip(error)}`]
  if (error === null) return []
  const about = attributes.length === 0 ? '' : `${attributes.join(', ')}: `
  const http = http_status === null ? '' : ` (HTTP ${http_status})`
  // Zendesk's own sentence quotes a user's name or address.
  const said = isUser && status === 'failed' ? '' : `: ${clip(error)}`
  return [`${about}${code ?? status}${said}${http}`]
}

function associated(status: Result['status']): string {
  return status === 'written' ? 'associated with it' : status
}
