import { z } from 'zod'

/** A value of an organization's attribute, in artifacts and in requests to Zendesk. */
export const attributeValueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()])
export type AttributeValue = z.infer<typeof attributeValueSchema>

/** Attribute values by key, as the sync sends and compares them. */
export type AttributeValues = Record<string, AttributeValue>

/** One field type: the form of its values in artifacts, how to read them from Zendesk, and when two are equal. */
export type FieldType = {
  name: 'text' | 'drop-down' | 'checkbox' | 'decimal' | 'integer'
  /** The option tags that this project writes to a drop-down. */
  options: readonly string[]
  /** A desired value, as the sync writes it. */
  schema: z.ZodType<AttributeValue>
  /** A current value, in an artifact. An agent may have entered anything. */
  current: z.ZodType<AttributeValue>
  /** A raw value from Zendesk, normalized: text trimmed, empty → null, checkbox null → false. */
  fromZendesk: z.ZodType<AttributeValue, unknown>
  /** Whether Zendesk would store both as the same value. */
  equal: (one: AttributeValue, other: AttributeValue) => boolean
}

/**
 * A text that is not empty. This avoids zod's `min`, which reads the `length` of any value and crashes on
 * `{ length: {} }`.
 */
export const filledText = z.string().regex(/./s, 'expected a text that is not empty')
/** The same, trimmed. */
export const filledTrimmedText = z.string().trim().regex(/./s, 'expected a text that is not empty')

const artifactText = z.string().nullable()
const artifactNumber = z.number().nullable()

// An agent may have entered anything into a text field. It must not stop a gather.
const zendeskText = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .transform(value => (value === null || value === undefined ? null : String(value).trim() || null))
// Zendesk sends decimals as numbers, and has sent them as strings.
const numericText = z
  .string()
  .trim()
  .transform(value => (value === '' ? null : Number(value)))
  .pipe(artifactNumber)
const zendeskNumber = z
  .union([z.number(), numericText])
  .nullish()
  .transform(value => value ?? null)

export const text: FieldType = {
  name: 'text',
  options: [],
  schema: artifactText,
  current: artifactText,
  fromZendesk: zendeskText,
  equal: (one, other) => storedText(one) === storedText(other),
}

/** A drop-down to which the sync writes these option tags. Zendesk may have others; the sync reads them unchanged. */
export function dropDown(options: readonly string[]): FieldType {
  return { ...text, name: 'drop-down', options, schema: z.enum(options).nullable() }
}

export const checkbox: FieldType = {
  name: 'checkbox',
  options: [],
  schema: z.boolean(),
  current: z.boolean().nullable(),
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
  current: artifactNumber,
  fromZendesk: zendeskNumber,
  equal: (one, other) => storedNumber(one) === storedNumber(other),
}

export const integer: FieldType = { ...decimal, name: 'integer' }

/** The field type of an attribute that was added later, like `addedColumn`: it is empty in records that lack it. */
export function addedFieldType(kind: FieldType): FieldType {
  const empty = kind.fromZendesk.parse(null)
  return { ...kind, schema: orElse(kind.schema, empty), current: orElse(kind.current, empty) }
}

/** A schema that reads an absent value as `empty`. */
export function orElse<Value>(schema: z.ZodType<Value>, empty: Value): z.ZodType<Value> {
  return z.preprocess(value => (value === undefined ? empty : value), schema)
}

/** A schema that also accepts an absent value. A schema that already accepts one is returned unchanged. */
export function orAbsent<Value>(schema: z.ZodType<Value>): z.ZodType<Value | undefined> {
  return schema.safeParse(undefined).success ? schema : schema.optional()
}

/** Rounds to 2 decimals, halves away from zero: 10.005 becomes 10.01. */
export function roundToCents(value: number): number {
  const size = Math.abs(value)
  const cents = Math.round(size * 100)
  // 10.005 * 100 is 1000.4999999999999: restore a half that the multiplication lost.
  const rounded = ((cents + 0.5) / 100 <= size ? cents + 1 : cents) / 100
  return value < 0 && rounded !== 0 ? -rounded : rounded
}

/** A record's value as an attribute value; null if it is not one. */
export function plainValue(value: unknown): AttributeValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

/** Zendesk stores only this many characters of a text. */
const STORED_CHARACTERS = 255

function storedText(value: AttributeValue | undefined): string | null {
  if (value === null || value === undefined) return null
  const plain = String(value).normalize('NFC').replace(/\s+/g, ' ').trim()
  // Zendesk counts characters, not UTF-16 units. A short text needs no count.
  const stored =
    plain.length > STORED_CHARACTERS ? [...plain].slice(0, STORED_CHARACTERS).join('').trim() : plain
  return stored === '' ? null : stored
}

function storedNumber(value: AttributeValue): AttributeValue {
  return typeof value === 'number' ? roundToCents(value) : value
}
