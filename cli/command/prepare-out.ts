import { dirname } from 'node:path'
import { makePrivateDirectory, statOf } from '@support-sync/shared/runtime/artifacts'
import { usage } from './command.ts'

/**
 * Creates the directory of the file that a command will write, if it does not exist. Throws an `ExpectedError` if the
 * path is a directory, or its directory cannot be created. Call it before the work, so that none is lost.
 */
export function prepareOut(command: string, option: string, path: string): void {
  if (statOf(path)?.isDirectory())
    throw usage(command, `${option} names the directory ${path}, and takes a file`)
  try {
    makePrivateDirectory(dirname(path))
  } catch {
    throw usage(command, `the directory of ${option} ${path} cannot be created`)
  }
}
