import { syncInstance } from '@support-sync/shared/apply'

await syncInstance(import.meta.url, 'usgov')
