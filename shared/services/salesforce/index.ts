/** Salesforce: jsforce over our own transport, and whole answers or none. */

export { CONCURRENT_REQUESTS, concurrencyOf, RANGES_AHEAD } from './concurrency.ts'
export { connectSalesforce, type Salesforce, type SalesforceSetUp } from './connect.ts'
export { createdInPart, rangesByCreation } from './creation-ranges.ts'
export type { ObjectDescription } from './describe.ts'
export { readRows } from './rows.ts'
