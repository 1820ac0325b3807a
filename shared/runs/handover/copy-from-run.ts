import { constants } from 'node:fs'
import { chmod, copyFile, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makePrivateDirectory, writePrivateFile } from '../../runtime/artifacts/index.ts'
import { printableJson } from '../../runtime/text/index.ts'
import { MANIFEST, readManifest } from './manifest.ts'

/**
 * Copies what a stage left in one data directory into another run's, so that this run goes on from there and the
 * other stays as it is. A stage that left nothing whole is passed over: whoever needs it will be refused, and told
 * why. What was changed since its manifest was written is refused then, too, for the sums are taken over.
 */
export async function copyFromRun(
  from: string,
  to: string,
  run: { id: string; commit: string | null },
): Promise<void> {
  const manifest = readManifest(await readFile(join(from, MANIFEST)).catch(() => undefined))
  if (manifest === null) return
  for (const name of Object.keys(manifest.files)) {
    const target = join(to, name)
    makePrivateDirectory(dirname(target))
    await copyFile(join(from, name), target, constants.COPYFILE_FICLONE)
    await chmod(target, 0o600)
  }
  writePrivateFile(join(to, MANIFEST), printableJson({ ...manifest, run_id: run.id, commit: run.commit }))
}
