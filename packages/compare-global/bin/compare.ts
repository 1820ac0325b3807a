import { compareInstance } from '@support-sync/shared/compare'
import { isPartnerType } from '@support-sync/shared/domain'

// Partners' organizations are partner-sync's.
await compareInstance(import.meta.url, 'global', ({ account_type }) => !isPartnerType(account_type))
