import { mkdtemp } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Outcome, removeAll, runCell } from './cell.ts'
import { allCells, type Cell, undisturbedOf } from './cells.ts'
import { startChild, startHere } from './start.ts'
import type { Undisturbed } from './undisturbed.ts'

/** Cells mostly wait for answers that never come, so many run at the same time. */
const AT_A_TIME = 6
const CHILDREN_AT_A_TIME = 2

/** A thread's input: indexes into `allCells`, since threads cannot receive functions. */
export type Work = { runs: Undisturbed[]; places: number[]; asChildren: boolean; atATime: number }
/** A thread's output: one message per cell. */
export type Done = Omit<Outcome, 'cell'> & { place: number }

/** Above this number of wrong cells, the machine is not the cause, and none runs again. */
const MAX_REPEATED = 50

/**
 * Runs cells on every core, in no particular order. Calls `onEnd` for each. A wrong cell stays wrong, but runs once more,
 * alone, because a pause of a busy machine looks like a server that does not answer.
 */
export async function runCells(
  cells: readonly Cell[],
  runs: Undisturbed[],
  asChildren: boolean,
  onEnd: (outcome: Outcome) => void,
): Promise<void> {
  const wrong: Outcome[] = []
  const together = { asChildren, atATime: asChildren ? CHILDREN_AT_A_TIME : AT_A_TIME }
  await runOnThreads(availableParallelism(), cells, { runs, ...together }, outcome => {
    if (outcome.outcome === 'wrong') wrong.push(outcome)
    else onEnd(outcome)
  })
  const repeated = wrong.length > MAX_REPEATED ? [] : wrong
  const alone: Outcome[] = []
  const cellsAgain = repeated.map(({ cell }) => cell)
  await runOnThreads(1, cellsAgain, { runs, asChildren, atATime: 1 }, outcome => alone.push(outcome))
  for (const outcome of wrong) {
    const again = alone.find(({ cell }) => isSame(cell, outcome.cell))
    onEnd(again ? { ...outcome, isRightAlone: again.outcome !== 'wrong' } : outcome)
  }
}

async function runOnThreads(
  most: number,
  cells: readonly Cell[],
  how: Omit<Work, 'places'>,
  onEnd: (outcome: Outcome) => void,
): Promise<void> {
  const all = allCells(how.runs)
  const places = cells.map(cell => all.findIndex(other => isSame(cell, other)))
  const threads = Math.min(most, cells.length)
  // Each server has its own port, so each run has its own lock. Keep those out of the real folder.
  const TMPDIR = await mkdtemp(join(tmpdir(), 'faults-'))
  const env = { ...process.env, TMPDIR }
  await Promise.all(
    Array.from({ length: threads }, async (_, thread) => {
      const work: Work = { ...how, places: places.filter((_, index) => index % threads === thread) }
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: work, env })
      worker.on('message', ({ place, ...outcome }: Done) => {
        const cell = all[place]
        if (cell) onEnd({ ...outcome, cell })
      })
      await new Promise<void>((resolve, reject) => {
        worker.once('error', reject)
        worker.once('exit', () => resolve())
      })
    }),
  ).finally(() => removeAll(TMPDIR))
}

/** Runs a thread's share. */
export async function runShare(
  { runs, places, asChildren, atATime }: Work,
  onEnd: (done: Done) => void,
): Promise<void> {
  const all = allCells(runs)
  const queue = [...places]
  const start = asChildren ? startChild : startHere
  async function work(): Promise<void> {
    for (let place = queue.shift(); place !== undefined; place = queue.shift()) {
      const cell = all[place]
      if (!cell) throw new Error(`there is no cell ${place}`)
      const { cell: _, ...outcome } = await runCell(cell, undisturbedOf(cell.call, runs), start).catch(
        error => unjudged(cell, error),
      )
      onEnd({ ...outcome, place })
    }
  }
  await Promise.all(Array.from({ length: atATime }, work))
}

/** A cell that throws is wrong, but the others go on. */
function unjudged(cell: Cell, error: unknown): Outcome {
  return { cell, outcome: 'wrong', exitCode: null, said: '', problems: [`cannot be judged: ${error}`] }
}

function isSame(one: Cell, other: Cell): boolean {
  return one.call === other.call && one.fault.name === other.fault.name && one.place === other.place
}
