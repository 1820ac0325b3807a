import type { Work } from '../index.ts'
import { recordSchema, type SeatsRecord } from './folder.ts'

/** Names each record and its seats, times what is given. */
export const seatsWork: Work<{ times: number }, SeatsRecord, { texts: string[]; bytes: Uint8Array }> = {
  module: import.meta.url,
  name: 'seatsWork',
  begin: ({ times }) => ({
    schema: recordSchema,
    run(records) {
      const texts = Array.from(records, ({ name, seats }) => `${name} ${seats * times}`)
      return { texts, bytes: new TextEncoder().encode(texts.join('\n')) }
    },
  }),
}
