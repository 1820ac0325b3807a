import type { Attribute, AttributeValue, MatchKey } from '../../domain/index.ts'

/**
 * An organization as a comparison holds it: its attributes as one text, a fourth of what the object would take. At a
 * million organizations that is the difference between some 0.7 and more than 2 GB (docs/capacity.md).
 */
export type HeldOrganization = {
  id: number
  key: MatchKey | null
  /** Whether its own salesforce_id gives the key, and not its sfdc_short_id. */
  isOwn: boolean
  /** Its place among the artifact's records, counted from 1. */
  number: number
  values: string
}

/**
 * Turns an instance's records into texts of their attributes, in the catalogue's order, and back. An attribute that a
 * record lacks, because its instance has no usable field of it, is lacking again.
 */
export function attributeTexts(attributes: readonly Attribute[]) {
  const keys = attributes.map(({ key }) => key)
  return {
    /** Two records with one text have the same attributes. */
    textOf(record: Readonly<Record<string, unknown>>): string {
      return JSON.stringify(keys.map(key => short(record[key])))
    },
    valuesOf(text: string): Record<string, AttributeValue> {
      const values: (AttributeValue | typeof LACKING)[] = JSON.parse(text)
      return Object.fromEntries(
        attributes.flatMap(({ key, kind }, index): [string, AttributeValue][] => {
          const value = values[index] ?? null
          if (typeof value === 'object' && value !== null) return []
          return [[key, kind.name === 'checkbox' && value !== null ? value === 1 : value]]
        }),
      )
    },
  }
}

/** In a text, what a record does not have: no attribute's value is a list. */
const LACKING = [] as const

/** Most attributes are checkboxes: 1 and 0 take a quarter of true and false. */
function short(value: unknown): unknown {
  if (value === undefined) return LACKING
  return typeof value === 'boolean' ? Number(value) : value
}
