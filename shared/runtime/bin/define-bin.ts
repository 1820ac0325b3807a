import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Artifact, Bin } from '../../pipeline/index.ts'
import type { ExitCode } from '../errors/index.ts'
import type { BinDescription } from './command-line.ts'
import { type BinDefinition, type BinInputs, runDefinition } from './run-bin.ts'

/** A bin that is ready to run. */
export class DefinedBin {
  readonly row: Bin
  /** Runs it with these inputs instead of the process's. Returns its exit code. */
  readonly start: (binInputs: BinInputs) => Promise<ExitCode>

  constructor(row: Bin, start: DefinedBin['start']) {
    this.row = row
    this.start = start
  }
}

/**
 * Creates a bin from its row in the stage table and its function. Options, log, settings, artifacts, summary and exit
 * code are the same for all. The bin is the default export of its file.
 */
export function defineBin<
  Groups extends BinDescription['settings'],
  Reads extends Artifact,
  Writes extends Artifact,
>(row: Bin<Reads, Writes>, definition: BinDefinition<Groups, Reads, Writes>): DefinedBin {
  return new DefinedBin(row, binInputs => runDefinition(row, definition, binInputs))
}

/** Runs a bin as this process's program. Returns its exit code. */
export function runBin(bin: DefinedBin): Promise<ExitCode> {
  return bin.start({ args: process.argv.slice(2), environment: process.env })
}

/** Runs the bin of a file in this process. Returns its exit code. */
export async function startBin(path: string, binInputs: BinInputs): Promise<ExitCode> {
  const { default: bin } = await import(pathToFileURL(realpathSync(path)).href)
  if (bin instanceof DefinedBin) return bin.start(binInputs)
  throw new Error(`${path} has no bin as its default export`)
}
