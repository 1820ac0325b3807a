import { z } from 'zod'
import { filledText, filledTrimmedText, orElse, roundToCents } from './kinds.ts'

/** One attribute of a Salesforce record: the query's fields it comes from, how it is read, what it is then. */
export type Column<Value = unknown> = {
  /** Paths as SOQL writes them, such as `Solutions_Architect_Lookup__r.Name`. */
  fields: readonly string[]
  /** From the raw value (of several fields: an array of them). */
  read: z.ZodType<Value, unknown>
  /** In an artifact. */
  schema: z.ZodType<Value>
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

/** True when the field holds exactly this text. */
export function exactlyColumn(field: string, expected: string): Column<boolean> {
  return { fields: [field], read: nullableText.transform(value => value === expected), schema: z.boolean() }
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
function valueAt(row: unknown, [step, ...rest]: string[]): unknown {
  if (step === undefined || row === null) return row
  return typeof row === 'object' ? valueAt(Reflect.get(row, step), rest) : undefined
}
