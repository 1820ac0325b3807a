import { z } from 'zod'

/** Checking this many records takes longer than compiling the schema. */
export const COMPILED_FROM = 100

const compiledSchemas = new WeakMap<z.ZodType, z.ZodType>()

/**
 * Returns a function that returns the schema for the next record. After many records it returns the schema as zod
 * compiles it, which checks twice as fast with the same results and errors. Compiles each schema only once.
 */
export function compiledFromMany<Item>(schema: z.ZodType<Item, unknown>): () => z.ZodType<Item, unknown> {
  let used = compiledBefore(schema) ?? schema
  let records = 0
  return () => {
    records += 1
    if (records === COMPILED_FROM && used === schema) used = compiledBefore(schema) ?? compiled(schema)
    return used
  }
}

function compiled<Schema extends z.ZodType>(schema: Schema): Schema {
  const made = z.compile(schema)
  compiledSchemas.set(schema, made)
  return made
}

function compiledBefore<Schema extends z.ZodType>(schema: Schema): Schema | undefined {
  const known = compiledSchemas.get(schema)
  return isMadeFrom(schema, known) ? known : undefined
}

/** The map has only what zod made from a schema, which has the same type. */
function isMadeFrom<Schema extends z.ZodType>(schema: Schema, known?: z.ZodType): known is Schema {
  return known !== undefined && compiledSchemas.get(schema) === known
}
