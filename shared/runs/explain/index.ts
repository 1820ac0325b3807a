/** Explains an account, organization or user from a run's artifacts: its values, the decision, and what the sync writes. */
export { partnerReason } from './attributes.ts'
export { briefReasons } from './brief.ts'
export { explain } from './explain.ts'
export { explanationSchema } from './model.ts'
export type { ValueReason } from './reason.ts'
export { valuePath, valueText } from './reason-text.ts'
export { type Rules, readRules } from './rules.ts'
export { explanationText } from './text.ts'
