import type { Instance } from '../domain/index.ts'

/** The stages that exist once per instance. */
export type CompareStage = `compare-${Instance}`
export type SyncStage = `sync-${Instance}`
export type StageName =
  | 'accounts'
  | 'orgs'
  | 'processor'
  | CompareStage
  | SyncStage
  | 'partner-sync'
  | 'usgov-user-sync'

/** The stage that compares an instance's organizations with its objects. */
export function compareStage<One extends Instance>(instance: One): `compare-${One}` {
  return `compare-${instance}`
}

/** The stage that writes an instance's organizations. */
export function syncStage<One extends Instance>(instance: One): `sync-${One}` {
  return `sync-${instance}`
}
