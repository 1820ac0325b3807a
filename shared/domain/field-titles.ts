import { type Instance, TRAITS } from './instances.ts'

/**
 * The fields' titles, as GitLab publishes them
 * (https://handbook.gitlab.com/handbook/security/customer-support-operations/zendesk/organizations/fields/).
 */
const TITLES: Readonly<Record<string, string>> = {
  account_owner: 'Account Owner',
  account_type: 'Account Type',
  aar: 'ARR',
  arr: 'ARR',
  technical_account_manager: 'Customer Success Manager',
  org_in_escalated_state: 'Escalated State',
  expiration_date: 'Expiration date',
  support_level: 'GitLab Plan',
  mark_for_deletion: 'Mark for deletion',
  market_segment: 'Market Segment',
  seats_decimal: 'Number of Seats',
  number_of_seats: 'Number of Seats',
  org_region: 'Region',
  restricted_account: 'Restricted Account',
  salesforce_id: 'Salesforce ID',
  sales_segmentation: 'Sales Segmentation',
  sfdc_short_id: 'SFDC Short ID',
  solutions_architect: 'Solutions Architect',
  sub_edu: 'Subscription: Community - EDU',
  sub_oss: 'Subscription: Community - OSS',
  sub_community_other: 'Subscription: Community - Other',
  sub_consumption_cicd_minutes: 'Subscription: Consumption - CI_CD Minutes',
  sub_consumption_eap: 'Subscription: Consumption - Enterprise Agile Planning',
  sub_consumption_duo_enterprise: 'Subscription: Consumption - GitLab Duo Enterprise',
  sub_consumption_duo_amazon_q: 'Subscription: Consumption - GitLab Duo powered by Amazon Q',
  sub_consumption_duo_premium: 'Subscription: Consumption - GitLab Duo Premium',
  sub_consumption_storage: 'Subscription: Consumption - Storage',
  sub_dotcom_premium: 'Subscription: GitLab.com - Premium',
  sub_dotcom_ultimate: 'Subscription: GitLab.com - Ultimate',
  sub_gitlab_dedicated: 'Subscription: GitLab Dedicated',
  sub_sm_premium: 'Subscription: Self-Managed - Premium',
  sub_sm_ultimate: 'Subscription: Self-Managed - Ultimate',
  sub_ss_ase: 'Subscription: Support Services - ASE',
  sub_ss_growth: 'Subscription: Support Services - Success Advanced',
  sub_ss_enterprise: 'Subscription: Support Services - Success Signature',
  sub_usgov_12x5: 'Subscription: US Government - 12x5',
  sub_usgov_24x7: 'Subscription: US Government - 24x7',
  emergency_support_24x7: '24x7 Emergency Support',
  support_hold: 'Support Hold',
}

/** The titles that differ on US Government. */
const USGOV_TITLES: Readonly<Record<string, string>> = {
  expiration_date: 'Expiration Date',
  support_level: 'Support Level',
}

/** A field's published title on an instance; the key in words if there is none. */
export function fieldTitle(instance: Instance, key: string): string {
  const own = TRAITS[instance].fieldsOf === 'usgov' ? USGOV_TITLES[key] : undefined
  return own ?? TITLES[key] ?? inWords(key)
}

/** `consumption_only` → `Consumption only`. */
export function inWords(key: string): string {
  const words = key.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
