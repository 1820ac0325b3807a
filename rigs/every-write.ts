import { consentText, GUARD_KINDS } from '@support-sync/shared/domain'

/** The consent that allows every write of a stage, for rigs that change all records. */
export function everyWrite(stage: string): string {
  return GUARD_KINDS.map(kind => consentText(stage, kind, 100_000_000)).join(',')
}
