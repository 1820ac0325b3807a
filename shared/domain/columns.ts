import { z } from 'zod'
import { filledText, filledTrimmedText, orElse, roundToCents } from './field-types.ts'

/** One attribute of a Salesforce record: the fields that the query asks for, and the schemas of the value. */
export type Column<Value = unknown> = {
  /** Paths as SOQL writes them, such as `Solutions_Architect_Lookup__r.Name`. */
  fields: readonly string[]
  /** Reads the raw value. For several fields, it gets an array of their raw values. */
  read: z.ZodType<Value, unknown>
  /** The value in an artifact. */
  schema: z.ZodType<Value>
  /** The deciding value of a picklist. A value that is spelt almost the same counts as this one. */
  decides?: string
}
export type Columns = Record<string, Column>

/** The type of a record with these columns. */
export type RowOf<Table extends Columns> = { [Key in keyof Table]: z.infer<Table[Key]['schema']> }

/** Accepts any object. z.record would copy each row. */
const rawRow = z.custom<Record<string, unknown>>(
  value => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected a record',
)
const nullableText = z.string().nullable()

/** A text, unchanged. */
export function textColumn(field: string): Column<string | null> {
  return { fields: [field], read: nullableText, schema: nullableText }
}

/** A text, trimmed. It must not be empty. */
export function requiredColumn(field: string): Column<string> {
  return { fields: [field], read: filledTrimmedText, schema: filledText }
}

/** A number; null counts as 0. */
export function numberColumn(field: string, decimals: 'two decimals' | 'unrounded'): Column<number> {
  const read = z
    .number()
    .nullable()
    .transform(value => (decimals === 'two decimals' ? roundToCents(value ?? 0) : (value ?? 0)))
  return { fields: [field], read, schema: z.number() }
}

/** A checkbox; null counts as false. */
export function checkboxColumn(field: string): Column<boolean> {
  return {
    fields: [field],
    read: z
      .boolean()
      .nullable()
      .transform(value => value ?? false),
    schema: z.boolean(),
  }
}

/** True when the field has this picklist value. Salesforce may store white space around it. */
export function picklistColumn(field: string, expected: string): Column<boolean> {
  const read = nullableText.transform(value => value !== null && trimmed(value) === expected)
  return { fields: [field], read, schema: z.boolean() }
}

/**
 * Like `picklistColumn`, for a value that the rules must not miss. A value that differs only in case, spaces, hyphens
 * or underscores counts as this one, and `collectUnfamiliar` reports it.
 */
export function decidingColumn(field: string, decides: string): Column<boolean> {
  const read = nullableText.transform(value => value !== null && isSpellingOf(value, decides))
  return { fields: [field], read, schema: z.boolean(), decides }
}

/** Removes white space and invisible characters from both ends. */
export function trimmed(text: string): string {
  return text.replace(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, '')
}

/**
 * Whether a text is a spelling of another one: they differ only in case, white space, hyphens, underscores and
 * invisible characters.
 */
export function isSpellingOf(text: string, other: string): boolean {
  return lettersOf(text) === lettersOf(other)
}

function lettersOf(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\p{Cf}\p{Pd}_]+/gu, '')
    .toLowerCase()
}

/**
 * A column that was added later. The artifacts of older runs lack its attribute, which then counts as an empty field.
 * So you can still resume, explain and compare these runs.
 */
export function addedColumn<Value>(column: Column<Value>): Column<Value> {
  const [field, ...more] = column.fields.map(() => null)
  const empty = column.read.parse(more.length === 0 ? field : [field, ...more])
  return { ...column, schema: orElse(column.schema, empty) }
}

/** The fields of some columns, for a SELECT. */
export function selectList(columns: Columns): string {
  return [...new Set(Object.values(columns).flatMap(column => column.fields))].join(', ')
}

/** The artifact schema of records with these columns. */
export function schemaOf<Table extends Columns>(columns: Table) {
  const shape = Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, column.schema]))
  // TypeScript cannot follow a mapped type through Object.fromEntries.
  return z.object(shape as { [Key in keyof Table]: Table[Key]['schema'] })
}

/** The schema that reads a raw Salesforce record into the columns' attributes. */
export function readerOf<Table extends Columns>(columns: Table) {
  const shape = Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, column.read]))
  const values = z.object(shape as { [Key in keyof Table]: Table[Key]['read'] })
  return rawRow
    .transform(row =>
      Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, rawValue(row, column)])),
    )
    .pipe(values)
}

function rawValue(row: Record<string, unknown>, { fields }: Column): unknown {
  const values = fields.map(field => valueAt(row, field.split('.')))
  return values.length === 1 ? values[0] : values
}

/** Follows a relationship path. Null if there is no such record; undefined if the answer lacks the field. */
export function valueAt(row: unknown, [step, ...rest]: string[]): unknown {
  if (step === undefined || row === null) return row
  return typeof row === 'object' ? valueAt(Reflect.get(row, step), rest) : undefined
}
