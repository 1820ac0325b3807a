import { type Day, endOf, type MatchKey, matchKey, type Overrides } from '@support-sync/shared/domain'
import type { BinRun } from '@support-sync/shared/runtime/bin'

/** The salesforce_ids of the overrides that have not ended. The next run compares its file with them. */
export function inEffect({ byKey }: Overrides, today: Day): string[] {
  return [...byKey.values()]
    .filter(override => endOf(override, today) !== 'over')
    .map(({ salesforce_id }) => salesforce_id)
}

/** Warnings about overrides that have no effect, end soon, or are no longer in the file: code, message, salesforce_ids. */
export function overrideWarnings(
  { calendar, lastRun }: Pick<BinRun, 'calendar' | 'lastRun'>,
  { byKey, withoutKey }: Overrides,
  {
    accounts,
    overriddenWithObject,
  }: { accounts: ReadonlySet<MatchKey>; overriddenWithObject: ReadonlySet<MatchKey> },
) {
  const listed = [...byKey].map(([key, override]) => ({ key, override, id: override.salesforce_id }))
  const unknown = listed.filter(({ key }) => !accounts.has(key))
  const unused = listed.filter(({ key }) => accounts.has(key) && !overriddenWithObject.has(key))
  const ending = listed.filter(({ override }) => endOf(override, calendar.today) === 'soon')
  const gone = (lastRun?.overrides ?? []).filter(id => {
    const key = matchKey(id)
    return key !== null && !byKey.has(key)
  })
  const idsOf = (some: typeof listed) => some.map(({ id }) => id)
  return [
    [
      'OVERRIDE_UNKNOWN_ACCOUNT',
      'An override names an account that Salesforce does not have',
      [...idsOf(unknown), ...withoutKey.map(({ salesforce_id }) => salesforce_id)],
    ],
    [
      'OVERRIDE_WITHOUT_OBJECT',
      'An override names an account that was skipped or has no object',
      idsOf(unused),
    ],
    ['OVERRIDE_ENDS_SOON', 'An override ends within 14 days', idsOf(ending)],
    ['OVERRIDE_GONE', 'An override of the previous run is no longer in the file', gone],
  ] as const
}
