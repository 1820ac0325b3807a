import { expect, test } from 'vitest'
import {
  overridesSettings,
  readSettings,
  salesforceSettings,
  slackSettings,
  zendeskSettings,
} from '../index.ts'

const GROUPS = {
  salesforce: salesforceSettings,
  ...zendeskSettings,
  slack: slackSettings,
  overrides: overridesSettings,
}
const SECRET = 'kept-quiet'
/** The variables of any instance that this file does not name. */
const OTHER_INSTANCES = Object.fromEntries(
  Object.values(zendeskSettings).flatMap(({ variables }) =>
    Object.keys(variables).map(name => [name, name.endsWith('_URL') ? 'https://example.zendesk.com' : 'x']),
  ),
)
const SET: Record<string, string> = {
  ...OTHER_INSTANCES,
  SALESFORCE_LOGIN_URL: 'https://example.my.salesforce.com',
  SALESFORCE_CLIENT_ID: 'x',
  SALESFORCE_CLIENT_SECRET: SECRET,
  ZENDESK_GLOBAL_URL: 'https://example.zendesk.com',
  ZENDESK_GLOBAL_USER: 'x',
  ZENDESK_GLOBAL_TOKEN: SECRET,
  ZENDESK_USGOV_URL: 'https://example-gov.zendesk.com',
  ZENDESK_USGOV_CLIENT_ID: 'x',
  ZENDESK_USGOV_CLIENT_SECRET: SECRET,
  SLACK_TOKEN: SECRET,
  SLACK_API_URL: 'https://slack.example.com/api',
  OVERRIDES_PROJECT: 'x',
  OVERRIDES_PATH: 'x',
  OVERRIDES_TOKEN: SECRET,
  GITLAB_URL: 'https://gitlab.example.com',
}
const ADDRESSES = [
  'SALESFORCE_LOGIN_URL',
  'ZENDESK_GLOBAL_URL',
  'ZENDESK_USGOV_URL',
  'SLACK_API_URL',
  'GITLAB_URL',
]

test.each(ADDRESSES)('%s must be https, or http to loopback, without a password', name => {
  for (const url of [
    'https://example.com',
    'http://127.0.0.1:8080',
    'http://localhost:1',
    'http://[::1]:1',
  ]) {
    expect(() => readSettings(GROUPS, { ...SET, [name]: url })).not.toThrow()
  }
  for (const url of [
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://2130706433.example.com',
    `https://user:${SECRET}@example.com`,
    `https://${SECRET}@example.com`,
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    '//example.com',
  ]) {
    expect(() => readSettings(GROUPS, { ...SET, [name]: url })).toThrow(`${name} must be an https URL`)
    expect(() => readSettings(GROUPS, { ...SET, [name]: url })).not.toThrow(SECRET)
  }
})

test('the same rule applies to the GitLab that runs the job', () => {
  const { GITLAB_URL, ...others } = SET
  expect(() => readSettings(GROUPS, { ...others, CI_SERVER_URL: GITLAB_URL })).not.toThrow()
  expect(() => readSettings(GROUPS, { ...others, CI_SERVER_URL: 'http://example.com' })).toThrow(
    'CI_SERVER_URL must be',
  )
})
