import type { z } from 'zod'

/** The content of a small JSON file. Undefined if it is missing, cut or invalid. */
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
