import type { RunRecord } from './run-record.ts'

/** What in a run needs attention, in one line with counts. Null if nothing does. */
export function attentionText({ stages, holds }: RunRecord): string | null {
  const stopped = stages
    .filter(({ state }) => state === 'stopped' || state === 'lost')
    .map(({ stage, error }) => `${stage} stopped (${error?.code ?? 'LOST'})`)
  const failed = stages.reduce((total, { failures }) => total + failures.length, 0)
  const held = Object.values(holds).flat().length
  const parts = [...stopped, ...counted(failed, 'record failed', 'records failed')]
  parts.push(...counted(held, 'organization held back', 'organizations held back'))
  return parts.length === 0 ? null : parts.join(', ')
}

function counted(count: number, one: string, several: string): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`]
}
