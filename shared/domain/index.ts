/** The rules: pure functions over accounts, organizations and days. No I/O, no clock, no environment. */
export {
  ACCOUNT_COLUMNS,
  type Account,
  accountFromSalesforce,
  accountSchema,
  CHARGE_COLUMNS,
  type Charge,
  COMMON_COLUMNS,
  SUBSCRIPTION_COLUMNS,
  type Subscription,
} from './account.ts'
export { AGENT_OWNED, ATTRIBUTES, type Attribute, attributesOf, partnerAttributes } from './attributes.ts'
export {
  addDays,
  type Calendar,
  calendarOf,
  type Day,
  dayOf,
  daySchema,
  GRACE_DAYS,
  timeText,
} from './calendar.ts'
export { type Changes, changeSchema } from './changes.ts'
export { type Column, type Columns, selectList } from './columns.ts'
export {
  BY_ORGANIZATION,
  differences,
  getsOrganization,
  type Taken,
  type Unified,
  type UnifyBy,
  unify,
} from './comparison.ts'
export {
  CONTACT_COLUMNS,
  type Contact,
  contactFromSalesforce,
  contactSchema,
  distinctContacts,
  organizationIds,
  type UserOrganization,
  userOrganizationSchema,
} from './contact.ts'
export { type Decision, decide } from './decide.ts'
export {
  type AccountDecision,
  type DecidedBy,
  decideAccount,
  type NoObject,
  type Verdict,
} from './decide-account.ts'
export {
  collectEntitledUntil,
  type Doubt,
  type DoubtReason,
  doubtOf,
  doubtSchema,
  type EntitledUntil,
  type Suspicion,
  suspicionOf,
} from './doubts.ts'
export type { Candidate, Cause, Entitlement, ValidCharge } from './entitlement.ts'
export { fieldTitle, inWords } from './field-titles.ts'
export {
  type AttributeValue,
  type AttributeValues,
  attributeValueSchema,
  checkbox,
  decimal,
  dropDown,
  type FieldType,
  integer,
  plainValue,
  text,
} from './field-types.ts'
export {
  checkFields,
  customFields,
  type DeclaredField,
  FIELD_TYPES,
  FIELDS_CHANGED,
  type FieldChange,
  fieldChanges,
  fieldChangeText,
  isDeciding,
  type NeededField,
} from './fields.ts'
export {
  countsWithout,
  fallenCounts,
  GATHER_LIMIT,
  type GatherCounter,
  type GatherKind,
  type GatherShape,
  gatherCounter,
  MAX_MISSING_KEYS,
  missingKeys,
} from './gather-shape.ts'
export {
  allowOnceText,
  byKind,
  type Continuation,
  checkGuards,
  consentText,
  type EarlierRemovals,
  GUARD_KINDS,
  GUARD_LIMITS,
  type GuardCheck,
  type GuardedPlan,
  type GuardKind,
  guardError,
  hasSupport,
  isLoss,
  recentRemovals,
} from './guards.ts'
export { type Held, heldSchema, withheldChanges } from './held.ts'
export {
  byInstance,
  byInstanceAsync,
  INSTANCE_OF_THE_REST,
  INSTANCES,
  type Instance,
  PARTNERS_INSTANCE,
  TRAITS,
  USERS_INSTANCE,
  zendeskName,
} from './instances.ts'
export { collectKnownContacts } from './known-contacts.ts'
export {
  type Failing,
  failingSchema,
  failsSince,
  failureCode,
  isSameFailing,
  lastingTexts,
  stillFailing,
} from './lasting.ts'
export {
  attributeValues,
  createSchema,
  customerValues,
  instanceCreateSchema,
  instanceObjectSchema,
  objectSchema,
  partnerValues,
  type SyncObject,
  soldTos,
  type Update,
  updateSchema,
} from './objects.ts'
export {
  type Organization,
  organizationReader,
  organizationSchema,
  toZendesk,
  writeKey,
} from './organization.ts'
export {
  endOf,
  NO_OVERRIDES,
  type Override,
  type Overrides,
  overrideSchema,
  readOverrides,
} from './overrides.ts'
export { isOwedTooLong, type Owed, owedSchema } from './owed.ts'
export {
  collectPartnerTypes,
  isPartnerType,
  PARTNER_COLUMNS,
  type PartnerAccount,
  type PartnerType,
  type PartnerTypes,
  partnerFromSalesforce,
} from './partner.ts'
export {
  isKnownName,
  NO_SUPPORT,
  type Plans,
  plansOf,
  plansUsed,
  planUsedSchema,
  readPlans,
} from './plans.ts'
export { protectedOrganization } from './protected-ids.ts'
export { adviceOnResult, RESULT_CODES, type ResultCode } from './result-codes.ts'
export {
  hasSalesforceId,
  isSalesforceId,
  type Keyed,
  longId,
  type MatchKey,
  matchKey,
  organizationKey,
  probableKey,
} from './salesforce-id.ts'
export { CHECKBOXES, type Checkbox, type Section, SUPPORT_LEVELS } from './sections.ts'
export { type StandingHold, standingHoldsSchema } from './standing-holds.ts'
export { chargesOf, type PlacedSubscription, placeSubscriptions, planName } from './subscriptions.ts'
export { collectUnfamiliar, type UnfamiliarValues, unfamiliarText } from './unfamiliar-values.ts'
export {
  collectUnmapped,
  type UnmappedCharge,
  unmappedChargeSchema,
  unmappedNames,
} from './unmapped-charges.ts'
export {
  type GatheredUser,
  gatheredUserSchema,
  isSyncedUser,
  protectedAddress,
  USER_ATTRIBUTES,
  USER_FIELDS,
  type UserCreate,
  type UserUpdate,
  userCreateSchema,
  userKey,
  userUpdateSchema,
} from './user.ts'
export {
  countResults,
  isNameHeldOf,
  nameHeldKey,
  type Result,
  resultSchema,
  settledResults,
  withoutReplacedOwed,
} from './write-result.ts'
