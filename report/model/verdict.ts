import { nextStages, type RunRecord } from '@support-sync/shared/runs/record'
import { EXIT } from '@support-sync/shared/runtime/errors'
import type { Report } from './schema.ts'
import { WRITTEN } from './written.ts'

/** Whether the run worked, in one line. */
export function verdictOf(record: RunRecord): Report['verdict'] {
  const { stages, exit_code, dry_run } = record
  const broken = stages
    .filter(({ state }) => state === 'stopped' || state === 'lost')
    .map(({ stage }) => stage)
  const blocked = stages.filter(({ state }) => state === 'not-run').length
  if (broken.length > 0 || (exit_code !== EXIT.done && exit_code !== EXIT.someRecordsFailed)) {
    const behind =
      blocked > 0 ? `; ${blocked === 1 ? 'one later stage' : `${blocked} later stages`} did not run` : ''
    return { state: 'bad', text: `It did not work: ${broken.join(' and ') || 'the run'} stopped${behind}.` }
  }
  const wrote = dry_run ? 'This was a dry run: nothing was written' : writtenText(record)
  const next = nextStages(stages)
  const still = next.length > 0 ? ` Still to run: ${next.join(' and ')}, and the stages after them.` : ''
  const failed = stages.reduce((total, { failures }) => total + failures.length, 0)
  if (exit_code === EXIT.someRecordsFailed && failed === 0)
    return { state: 'attention', text: `It worked, but ${incompleteText(record)}. ${wrote}.${still}` }
  if (exit_code === EXIT.someRecordsFailed) {
    const records = failed === 1 ? 'one record' : `${failed} records`
    return { state: 'attention', text: `It worked, but ${records} failed. ${wrote}.${still}` }
  }
  const text = dry_run ? `${wrote}. All stages succeeded.` : `It worked. ${wrote}.`
  return { state: still === '' ? 'good' : 'attention', text: `${text}${still}` }
}

/** Why a run without failed records is incomplete: a stage continued without some data, which its warning names. */
function incompleteText({ stages }: RunRecord): string {
  const names = stages
    .filter(({ exit_code }) => exit_code === EXIT.someRecordsFailed)
    .map(({ stage }) => stage)
  return `${names.join(' and ')} continued with incomplete data: see the warnings`
}

function writtenText({ stages }: RunRecord): string {
  const parts = (['create', 'update', 'mark'] as const).flatMap(action => {
    const count = stages.reduce((total, { results }) => total + (results?.[`${action}_written`] ?? 0), 0)
    return count > 0 ? [`${count.toLocaleString('en')} ${WRITTEN[action]}`] : []
  })
  return parts.length > 0 ? parts.join(', ') : 'Nothing was written'
}
