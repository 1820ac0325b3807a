/** What each sync is: which records it compares, whom it creates and may mark, and from which artifacts it writes. */
export {
  INSTANCE_SYNCS,
  type OrganizationSync,
  organizationSync,
  PARTNER_SYNC,
  PLANNED_SYNCS,
  type PlannedSync,
  planInputs,
  USER_SYNC,
} from './syncs.ts'
