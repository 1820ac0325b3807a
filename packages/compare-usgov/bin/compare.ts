import { compareInstance } from '@support-sync/shared/compare'

await compareInstance(import.meta.url, 'usgov')
