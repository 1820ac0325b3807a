import { z } from 'zod'

/** A value of an organization's attribute, in artifacts and towards Zendesk. */
export const attributeValueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()])
export type AttributeValue = z.infer<typeof attributeValueSchema>

/** Attributes by key, as they are sent and compared. */
export type AttributeValues = Record<string, AttributeValue>

/** How values of one kind look in artifacts, are read from Zendesk, and compare. */
export type FieldType = {
  name: 'text' | 'drop-down' | 'checkbox' | 'decimal' | 'integer'
  /** Of a drop-down: the option tags that this project writes. */
  options: readonly string[]
  /** A value that an organization should have: what is written. */
  schema: z.ZodType<AttributeValue>
  /** A value that an organization has, in an artifact: an agent may have put anything there. */
  held: z.ZodType<AttributeValue>
  /** A raw value out of Zendesk, normalized: text trimmed, empty → null, checkbox null → false. */
  fromZendesk: z.ZodType<AttributeValue, unknown>
  /** Whether Zendesk would store the two as the same. */
  equal: (one: AttributeValue, other: AttributeValue) => boolean
}

/**
 * A text that is not empty. Not by zod's `min`: it asks whatever has a `length` for it, and crashes over
 * `{ length: {} }`.
 */
export const filledText = z.string().regex(/./s, 'expected a text that is not empty')
/** The same of a text without the white space around it. */
export const filledTrimmedText = z.string().trim().regex(/./s, 'expected a text that is not empty')

const artifactText = z.string().nullable()
const artifactNumber = z.number().nullable()

// An agent may have put anything into a text field: nothing there stops a gather.
const zendeskText = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .transform(value => (value === null || value === undefined ? null : String(value).trim() || null))
// Zendesk answers decimals as numbers, and has answered them as strings.
const numericText = z
  .string()
  .trim()
  .transform(value => (value === '' ? null : Number(value)))
  .pipe(artifactNumber)
const zendeskNumber = z
  .union([z.number(), numericText])
  .nullish()
  .transform(v => v ?? null)

export const text: FieldType = {
  name: 'text',
  options: [],
  schema: artifactText,
  held: artifactText,
  fromZendesk: zendeskText,
  equal: (one, other) => storedText(one) === storedText(other),
}

/** A drop-down that takes these option tags. Zendesk may hold others; they are read as they are. */
export function dropDown(options: readonly string[]): FieldType {
  return { ...text, name: 'drop-down', options, schema: z.enum(options).nullable() }
}

export const checkbox: FieldType = {
  name: 'checkbox',
  options: [],
  schema: z.boolean(),
  held: z.boolean().nullable(),
  fromZendesk: z
    .boolean()
    .nullish()
    .transform(value => value ?? false),
  equal: (one, other) => (one ?? false) === (other ?? false),
}

export const decimal: FieldType = {
  name: 'decimal',
  options: [],
  schema: artifactNumber,
  held: artifactNumber,
  fromZendesk: zendeskNumber,
  equal: (one, other) => storedNumber(one) === storedNumber(other),
}

export const integer: FieldType = { ...decimal, name: 'integer' }

/** The kind of an attribute that was added, as `addedColumn` is to a column: what older records lack is empty. */
export function addedFieldType(kind: FieldType): FieldType {
  const empty = kind.fromZendesk.parse(null)
  return { ...kind, schema: orElse(kind.schema, empty), held: orElse(kind.held, empty) }
}

/** A schema that takes nothing at all for a value. */
export function orElse<Value>(schema: z.ZodType<Value>, empty: Value): z.ZodType<Value> {
  return z.preprocess(value => (value === undefined ? empty : value), schema)
}

/** A schema that takes an absent value too; one that reads it as something else already stays as it is. */
export function orAbsent<Value>(schema: z.ZodType<Value>): z.ZodType<Value | undefined> {
  return schema.safeParse(undefined).success ? schema : schema.optional()
}

/** A number rounded to 2 decimals, halves away from zero: 10.005 becomes 10.01, as it is written. */
export function roundToCents(value: number): number {
  const size = Math.abs(value)
  const cents = Math.round(size * 100)
  // 10.005 * 100 is 1000.4999999999999: a half that the multiplication lost is given back.
  const rounded = ((cents + 0.5) / 100 <= size ? cents + 1 : cents) / 100
  return value < 0 && rounded !== 0 ? -rounded : rounded
}

/** A record's value as an attribute's; null for what is none. */
export function plainValue(value: unknown): AttributeValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** So many characters of a text Zendesk stores. */
const STORED = 255

function storedText(value: AttributeValue | undefined): string | null {
  if (value === null || value === undefined) return null
  const plain = String(value).normalize('NFC').replace(/\s+/g, ' ').trim()
  // Zendesk keeps the first 255 characters; a short text is not taken apart to count them.
  const stored = plain.length > STORED ? [...plain].slice(0, STORED).join('').trim() : plain
  return stored === '' ? null : stored
}

function storedNumber(value: AttributeValue): AttributeValue {
  return typeof value === 'number' ? roundToCents(value) : value
}
