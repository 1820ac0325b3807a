import { z } from 'zod'
import { filledText, filledTrimmedText, orElse, roundToCents } from './field-types.ts'

/** One attribute of a Salesforce record: the query's fields it comes from, how it is read, what it is then. */
export type Column<Value = unknown> = {
  /** Paths as SOQL writes them, such as `Solutions_Architect_Lookup__r.Name`. */
  fields: readonly string[]
  /** From the raw value (of several fields: an array of them). */
  read: z.ZodType<Value, unknown>
  /** In an artifact. */
  schema: z.ZodType<Value>
  /** The value of a pick list that decides, where one that is spelt almost like it is read as it. */
  decides?: string
}
export type Columns = Record<string, Column>

/** The shape of the records that some columns make. */
export type RowOf<Table extends Columns> = { [Key in keyof Table]: z.infer<Table[Key]['schema']> }

/** Not z.record, which would copy each row. */
const rawRow = z.custom<Record<string, unknown>>(
  value => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected a record',
)
const nullableText = z.string().nullable()

/** A text kept as it is. */
export function textColumn(field: string): Column<string | null> {
  return { fields: [field], read: nullableText, schema: nullableText }
}

/** A text that is never empty. */
export function requiredColumn(field: string): Column<string> {
  return { fields: [field], read: filledTrimmedText, schema: filledText }
}

/** A number; null counts as 0. */
export function numberColumn(field: string, decimals: 'two decimals' | 'as it is'): Column<number> {
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

/** True when the field holds this value of a pick list: Salesforce keeps blanks at its ends. */
export function picklistColumn(field: string, expected: string): Column<boolean> {
  const read = nullableText.transform(value => value !== null && trimmed(value) === expected)
  return { fields: [field], read, schema: z.boolean() }
}

/**
 * The same for a value that must not be missed: one that differs only in case, spaces, hyphens or underscores is read
 * as this one, and `collectUnfamiliar` tells of it.
 */
export function decidingColumn(field: string, decides: string): Column<boolean> {
  const read = nullableText.transform(value => value !== null && isSpelling(value, decides))
  return { fields: [field], read, schema: z.boolean(), decides }
}

/** A text without white space and invisible characters at its ends. */
export function trimmed(text: string): string {
  return text.replace(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, '')
}

/** Whether two texts differ in no more than case, white space, hyphens, underscores and invisible characters. */
export function isSpelling(text: string, other: string): boolean {
  return lettersOf(text) === lettersOf(other)
}

function lettersOf(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\p{Cf}\p{Pd}_]+/gu, '')
    .toLowerCase()
}

/**
 * A column that was added to its table: an artifact of before lacks the attribute, and it counts as what an empty
 * field is. So an older run can still be gone on with, explained, and held against a change.
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

/** The artifact schema of the records that some columns make. */
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

/** Follows a relationship path; null where there is no such record, undefined where the answer lacks it. */
export function valueAt(row: unknown, [step, ...rest]: string[]): unknown {
  if (step === undefined || row === null) return row
  return typeof row === 'object' ? valueAt(Reflect.get(row, step), rest) : undefined
}
