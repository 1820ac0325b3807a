import { gatherInstance } from '../src/gather-organizations.ts'

await gatherInstance(import.meta.url, 'usgov')
