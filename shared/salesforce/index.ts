export { connectSalesforce, type Salesforce } from './connect.ts'
export type { SalesforceCredentials } from './credentials.ts'
export type { SalesforceRecord } from './page.ts'
export { readRows } from './rows.ts'
