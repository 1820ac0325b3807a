import { z } from 'zod'

/** Checking this many records takes longer than compiling the schema. */
export const COMPILED_FROM = 100

const compiledSchemas = new WeakMap<z.ZodType, z.ZodType>()

/**
 * Returns a function that returns the schema for the next record. After many records it returns the schema as zod
 * compiles it, which checks twice as fast with the same results and errors. Compiles each schema only once.
 */
export function compiledFromMany<Item>(schema: z.ZodType<Item, unknown>): () => z.ZodType<Item, unknown> {
  const known = compiledSchemas.get(schema)
  let used = isCompiledFrom(schema, known) ? known : schema
  let records = 0
  return () => {
    records += 1
    if (records === COMPILED_FROM && used === schema) {
      used = z.compile(schema)
      compiledSchemas.set(schema, used)
    }
    return used
  }
}

function isCompiledFrom<Schema extends z.ZodType>(
  schema: Schema,
  compiled: z.ZodType | undefined,
): compiled is Schema {
  return compiled !== undefined && compiledSchemas.get(schema) === compiled
}
