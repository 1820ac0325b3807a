import { findStage, USER_SYNC } from '@support-sync/shared/pipeline'
import { type Addresses, accountLink, organizationsLink, usersLink } from '@support-sync/shared/runs/find'
import {
  ACTIONS,
  DETAILS_BLOCK,
  type Detail,
  INDEX_BLOCK,
  type Index,
  type IndexRow,
  OUTCOMES,
} from '../data-format.ts'
import type { ChangedRecord } from '../model/schema.ts'

/** Collects the changed records one by one as data blocks of the page. */
export type DataBlocks = {
  take: (record: ChangedRecord) => void
  count: () => number
  /** Whether a record has this key or Zendesk id. */
  has: (key: string) => boolean
  /** The stages and attributes of the records. */
  names: () => { stages: readonly string[]; attributes: readonly string[] }
  /** The blocks in pieces, because 100,000 records are too long for one string. */
  pieces: (addresses: Addresses) => Generator<string>
}

export function dataBlocks(): DataBlocks {
  const stages = places()
  const attributes = places()
  const rows: IndexRow[] = []
  const lines: string[] = []
  const keys = new Set<string>()
  return {
    take({ stage, action, key, id, name, outcome, changes, otherValues, outcomeTexts, explanation }) {
      const changed = Object.entries(changes)
      keys.add(key).add(String(id))
      rows.push([
        key,
        id,
        name,
        stages.of(stage),
        ACTIONS.indexOf(action),
        OUTCOMES.indexOf(outcome),
        changed.map(([attribute]) => attributes.of(attribute)),
      ])
      const detail: Detail = {
        changes: changed.map(([attribute, { from, to, because }]) => [
          attributes.of(attribute),
          from,
          to,
          because,
        ]),
        otherValues: Object.entries(otherValues).map(([attribute, value]) => [
          attributes.of(attribute),
          value,
        ]),
        outcomeTexts,
        explanation,
      }
      lines.push(JSON.stringify(detail))
    },
    count: () => rows.length,
    has: key => keys.has(key),
    names: () => ({ stages: stages.names, attributes: attributes.names }),
    *pieces(addresses) {
      const index: Index = {
        stages: stages.names,
        zendesk: stages.names.map(stage => recordsLink(addresses, stage)),
        salesforce: accountLink(addresses, ''),
        attributes: attributes.names,
        rows,
      }
      yield `<script type="application/json" id="${INDEX_BLOCK}">${inert(JSON.stringify(index))}</script>\n`
      yield `<script type="application/x-ndjson" id="${DETAILS_BLOCK}">`
      for (const line of lines) yield `${inert(line)}\n`
      yield '</script>\n'
    },
  }
}

function recordsLink(addresses: Addresses, name: string): string | null {
  const instance = findStage(name)?.instance
  if (!instance) return null
  return name === USER_SYNC.stage ? usersLink(addresses, instance) : organizationsLink(addresses, instance)
}

/** Assigns positions to names in order of appearance. */
function places() {
  const names: string[] = []
  const known = new Map<string, number>()
  return {
    names,
    of(name: string): number {
      const place = known.get(name) ?? names.length
      if (place === names.length) names.push(name)
      known.set(name, place)
      return place
    },
  }
}

/** Makes JSON safe in HTML: without `<` there is no `</script>` and no `<!--`. */
function inert(json: string): string {
  return json.replaceAll('<', '\\u003c')
}
