import { join } from 'node:path'

/** The directory in which run-pipeline and the demo create runs. */
export const RUNS = join(import.meta.dirname, '..', '..', 'runs')
