import type { z } from 'zod'

/** What a small file of JSON holds; undefined for none, and for one that was cut or is not as the schema says. */
export function parsedFile<Value>(
  content: string | Uint8Array | undefined,
  schema: z.ZodType<Value, unknown>,
): Value | undefined {
  if (content === undefined) return undefined
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content)
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
