import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { artifacts } from '../index.ts'
import { artifactsIn } from './artifacts-in.ts'

/** JSON in place of a value, including near misses. */
const junk = fc.oneof(
  fc.constantFrom<unknown>(null, '', ' ', 0, -0, 1.5, 1e300, 2 ** 53, true, [], {}, { length: {} }, [null]),
  fc.constantFrom('2026-02-29', '2024-02-29', '2026-11-31', '2026-1-1', '2026-11-29T00:00', 'customer'),
  fc.jsonValue(),
)

/** Values that a schema is likely to accept, by its JSON Schema. */
function likely(schema: z.core.JSONSchema.BaseSchema | boolean): fc.Arbitrary<unknown> {
  if (typeof schema === 'boolean') return fc.jsonValue()
  const { anyOf, enum: options, const: constant, properties, required, items, format } = schema
  if (constant !== undefined) return fc.constant(constant)
  if (options) return fc.constantFrom(...options)
  if (anyOf) return fc.oneof(...anyOf.map(likely))
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map(type => likely({ ...schema, type })))
  switch (schema.type) {
    case 'string':
      return format === 'date'
        ? fc.constantFrom('2024-02-29', '2026-11-29', '1999-12-31')
        : fc.oneof(fc.string({ minLength: 1 }), fc.constant('0014M0000NdfNDWQQ2'))
    case 'integer':
      return fc.integer()
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(typeof items === 'object' && !Array.isArray(items) ? likely(items) : fc.jsonValue(), {
        maxLength: 3,
      })
    case 'object':
      return properties
        ? fc.record(
            Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, likely(value)])),
            { noNullPrototype: true, requiredKeys: required ?? [] },
          )
        : fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3, noNullPrototype: true })
    default:
      return fc.jsonValue()
  }
}

/** Changes one place in a value: another value, no value, or one more key. */
function mutate(value: unknown, [place, ...rest]: readonly number[], put: unknown): unknown {
  if (typeof value !== 'object' || value === null || place === undefined) return put
  const keys = Object.keys(value)
  const key = keys[place % (keys.length + 1)]
  if (key === undefined) return Array.isArray(value) ? [...value, put] : { ...value, unknown: put }
  if (place % 7 === 0) return Object.fromEntries(Object.entries(value).filter(([other]) => other !== key))
  const changed = mutate(Reflect.get(value, key), rest, put)
  return Array.isArray(value)
    ? value.with(Number(key), changed)
    : Object.fromEntries(
        Object.entries(value).map(([other, item]) => [other, other === key ? changed : item]),
      )
}

const mutation = fc.tuple(fc.array(fc.nat(60), { maxLength: 3 }), junk)

test.each(
  artifactsIn(artifacts).map(({ producer, name, schema }) => [`${producer} ${name}`, schema] as const),
)('%s: the compiled schema accepts, returns and refuses the same as the schema', (_name, schema) => {
  const compiled = z.compile(schema, { strict: true })
  const records = likely(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
  let accepted = 0
  fc.assert(
    fc.property(records, fc.array(mutation, { maxLength: 2 }), (record, mutations) => {
      const value = mutations.reduce((mutated, [path, put]) => mutate(mutated, path, put), record)
      const [expected, got] = [schema.safeParse(value), compiled.safeParse(value)]
      expect(got.success).toBe(expected.success)
      expect(got.error?.issues).toEqual(expected.error?.issues)
      expect(got.data).toStrictEqual(expected.data)
      // The order of the keys is the order on disk.
      expect(JSON.stringify(got.data)).toBe(JSON.stringify(expected.data))
      if (expected.success) accepted += 1
    }),
    { numRuns: 200 },
  )
  // An update's schema is a function: only by chance does it accept what this test makes.
  if (schema instanceof z.ZodObject) expect(accepted).toBeGreaterThan(10)
})
