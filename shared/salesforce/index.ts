/** Salesforce: jsforce over our own transport, and whole answers or none. */
export { connectSalesforce, type Salesforce, type SalesforceSetUp } from './connect.ts'
export type { SalesforceCredentials } from './credentials.ts'
export type { ObjectDescription } from './describe.ts'
export type { SalesforceRecord } from './page.ts'
export { readRows } from './rows.ts'
