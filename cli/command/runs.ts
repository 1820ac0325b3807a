import { join } from 'node:path'

/** Where run-pipeline and the demo leave their runs. */
export const RUNS = join(import.meta.dirname, '..', '..', 'runs')
