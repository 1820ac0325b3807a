import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Outcome, runCell } from './cell.ts'
import { allCells, type Cell, undisturbedOf } from './cells.ts'
import { startChild, startHere } from './start.ts'
import type { Undisturbed } from './undisturbed.ts'

/** Cells spend most of their time waiting for what does not come, so that many run side by side. */
const AT_A_TIME = 6

/** What a thread is given: cells by their places in `allCells`, for functions cannot be handed over. */
export type Work = { runs: Undisturbed[]; places: number[]; asChildren: boolean }
/** What it gives back, one message a cell. */
export type Done = Omit<Outcome, 'cell'> & { place: number }

/** Runs cells on every core, in no particular order, and tells of each as it ends. */
export async function runCells(
  cells: readonly Cell[],
  runs: Undisturbed[],
  asChildren: boolean,
  onEnd: (outcome: Outcome) => void,
): Promise<void> {
  const all = allCells(runs)
  const places = cells.map(cell => all.findIndex(other => isSame(cell, other)))
  const threads = Math.min(availableParallelism(), cells.length)
  // Each server has a port of its own, and so each run a lock of its own: they are not to be left in the real folder.
  const TMPDIR = await mkdtemp(join(tmpdir(), 'faults-'))
  const env = { ...process.env, TMPDIR }
  await Promise.all(
    Array.from({ length: threads }, async (_, thread) => {
      const work: Work = { runs, places: places.filter((_, index) => index % threads === thread), asChildren }
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
  ).finally(() => rm(TMPDIR, { recursive: true, force: true }))
}

/** Runs a thread's share. */
export async function runShare(
  { runs, places, asChildren }: Work,
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
  await Promise.all(Array.from({ length: asChildren ? 2 : AT_A_TIME }, work))
}

/** A cell that could not be run to its end is wrong, and no reason to give the others up. */
function unjudged(cell: Cell, error: unknown): Outcome {
  return { cell, outcome: 'wrong', exitCode: null, said: '', problems: [`cannot be judged: ${error}`] }
}

function isSame(one: Cell, other: Cell): boolean {
  return one.call === other.call && one.fault.name === other.fault.name && one.place === other.place
}
