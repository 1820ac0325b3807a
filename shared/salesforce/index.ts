export { connectSalesforce, type Salesforce, type SalesforceCredentials } from './connect.ts'
