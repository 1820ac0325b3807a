/** The share of one job in a gather that several jobs divide between them: part `index` of `of`, from 1. */
export type GatherPart = { index: number; of: number }

/** Parts are days of the month: more parts would be empty. */
export const MAX_PARTS = 31

/** A part as `2/3`. */
export function partText({ index, of }: GatherPart): string {
  return `${index}/${of}`
}

/** The part in a text like `2/3`; undefined if it is none. */
export function partIn(text: string): GatherPart | undefined {
  const [, index, of] = /^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []
  const part = { index: Number(index), of: Number(of) }
  return part.index >= 1 && part.index <= part.of && part.of <= MAX_PARTS ? part : undefined
}
