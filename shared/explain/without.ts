import type { NoObject } from '../domain/index.ts'

/** Why there is nothing that an account's organization should be, in words. */
export const WITHOUT: Readonly<Record<NoObject, string>> = {
  'no subscriptions': 'the account has no subscriptions',
  'alliance partner': "its organization is an alliance partner's: partner-sync owns it",
  'no subscription of this instance': "none of its subscriptions is this instance's",
  'expired long ago': 'it expired more than three years ago',
}
