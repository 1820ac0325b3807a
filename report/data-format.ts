/**
 * The format of the changed records in the page: an index for the search, and a line of JSON per record that is parsed
 * only when you open the record. Records refer to the names of stages and attributes by position.
 */

/** The actions of a plan. A created organization's entry includes its associated users. */
export const ACTIONS = ['create', 'update', 'mark'] as const

/** `planned`: the run has no result for the record. */
export const OUTCOMES = ['written', 'recognised', 'skipped', 'failed', 'planned'] as const

type Value = string | number | boolean | null

/** Key, Zendesk id, name, then positions: stage, action, outcome, changed attributes. */
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
  /** The URL prefix of a stage's records in Zendesk. Null if the run does not record it. */
  zendesk: readonly (string | null)[]
  /** The URL prefix of an account in Salesforce. */
  salesforce: string | null
  attributes: readonly string[]
  rows: readonly IndexRow[]
}

/** A sentence, or the steps from a charge to the field. */
export type Because = string | readonly string[] | null

export type Detail = {
  changes: readonly (readonly [attribute: number, from: Value, to: Value, because: Because])[]
  otherValues: readonly (readonly [attribute: number, value: Value])[]
  outcomeTexts: readonly string[]
  explanation: readonly string[]
}

/** The ids of the script blocks with the data. */
export const INDEX_BLOCK = 'index'
export const DETAILS_BLOCK = 'details'
