import { consentText, GUARD_KINDS } from '@support-sync/shared/domain'

/** The consent that lets every write of a stage through, for the rigs whose worlds change as a whole. */
export function everyWrite(stage: string): string {
  return GUARD_KINDS.map(kind => consentText(stage, kind, 100_000_000)).join(',')
}
