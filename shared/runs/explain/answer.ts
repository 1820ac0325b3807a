import { daySchema, TRAITS } from '../../domain/index.ts'
import { findStage } from '../../pipeline/index.ts'
import type { AccountExplanation, ExplainedSync, Explanation } from './model.ts'
import { levelText, noteText, planText, withoutText } from './reason-text.ts'

/** The answer in one sentence, or one per instance if the record is on several. */
export function answersOf(explanation: Explanation): string[] {
  if (explanation.subject === 'user') {
    const { plan } = explanation
    return [`${USER_ANSWERS[plan.action]}: ${planText(plan.because)}`]
  }
  const { syncs, run } = explanation
  const today = daySchema.parse(run.today)
  const said = syncs.flatMap(sync => {
    const answer = answerOf(sync, explanation, today)
    return answer === null ? [] : [{ sync, answer }]
  })
  if (said.length === 0) return [nothingText(explanation)]
  if (said.length === 1) return said.map(({ answer }) => answer)
  return said.map(({ sync, answer }) => `${placeOf(sync)}: ${answer}`)
}

const USER_ANSWERS = {
  update: 'to be updated',
  mark: 'to be marked for deletion',
  none: 'nothing to write',
} as const

/** Null if Zendesk has no organization for this sync and should have none. */
function answerOf(
  { level, without, organizations, plan, attributes }: ExplainedSync,
  { partner }: AccountExplanation,
  today: ReturnType<typeof daySchema.parse>,
): string | null {
  if (level) return levelText(level.winner, level.because, today)
  if (organizations.length === 0 && plan.action === 'none') return null
  if (without === null)
    return attributes.length > 0 ? `${partner}: Salesforce has it as an authorized partner` : null
  const because = withoutText(without)
  return plan.action === 'mark'
    ? `to be marked for deletion: ${because}`
    : `no entitlement: ${because}; ${planText(plan.because)}`
}

/** The answer if Zendesk has no organization and should have none. */
function nothingText({ account, notes, syncs }: AccountExplanation): string {
  const [note] = notes
  if (account === null && note) return noteText(note)
  const without = syncs.find(sync => sync.without !== null)?.without
  return without ? `no entitlement: ${withoutText(without)}` : 'nothing to write'
}

function placeOf({ stage, title }: ExplainedSync): string {
  const instance = findStage(stage)?.instance
  return instance ? TRAITS[instance].name : title
}
