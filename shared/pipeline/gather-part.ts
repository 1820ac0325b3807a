/** One job's part of a gather that several jobs share: part `index` of `of`, counted from 1. */
export type GatherPart = { index: number; of: number }

/** Each part has its own days of the month, so a 32nd part would have none. */
export const MAX_PARTS = 31

/** A part as text, such as `2/3`. */
export function partText({ index, of }: GatherPart): string {
  return `${index}/${of}`
}

/** Parses a text such as `2/3`. Undefined if it is not a part. */
export function partIn(text: string): GatherPart | undefined {
  const [, index, of] = /^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []
  const part = { index: Number(index), of: Number(of) }
  return part.index >= 1 && part.index <= part.of && part.of <= MAX_PARTS ? part : undefined
}
