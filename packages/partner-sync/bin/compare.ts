import { runCompare } from '@support-sync/shared/compare'
import { PARTNER_SYNC } from '@support-sync/shared/syncs'

await runCompare(import.meta.url, PARTNER_SYNC)
