/**
 * The version of Salesforce's API in every request. This is the only place that sets it. Salesforce supports a version
 * for at least three years: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/api_rest_eol.htm
 */
export const API_VERSION = '62.0'

/** This file, for messages. */
export const API_VERSION_FILE = 'shared/services/salesforce/api-version.ts'
