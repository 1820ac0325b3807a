/**
 * How the changed records stand in the page, for its script: an index that is searched, and a line of JSON a record
 * that is read only when somebody opens it. Names of stages and attributes stand once, and records have their places.
 */

/** The plan's own actions; associating users is told with the organization that was created. */
export const ACTIONS = ['create', 'update', 'mark'] as const

/** `planned`: the run came to no result for it. */
export const OUTCOMES = ['written', 'recognised', 'skipped', 'failed', 'planned'] as const

type Value = string | number | boolean | null

/** key, Zendesk's id, name, then places: stage, action, outcome, changed attributes. */
export type IndexRow = readonly [
  key: string,
  id: number | null,
  name: string | null,
  stage: number,
  action: number,
  outcome: number,
  attributes: readonly number[],
]
export type Index = {
  stages: readonly string[]
  /** Where an agent sees a stage's records in Zendesk: the id follows. Null where the run does not say it. */
  zendesk: readonly (string | null)[]
  /** Where a person sees an account: the salesforce_id follows. */
  salesforce: string | null
  attributes: readonly string[]
  rows: readonly IndexRow[]
}

/** In words, or step by step from a charge to the field. */
export type Because = string | readonly string[] | null

export type Detail = {
  changes: readonly (readonly [attribute: number, from: Value, to: Value, because: Because])[]
  holds: readonly (readonly [attribute: number, value: Value])[]
  told: readonly string[]
  explanation: readonly string[]
}

/** The ids of the script blocks that hold them. */
export const INDEX_BLOCK = 'index'
export const DETAILS_BLOCK = 'details'
