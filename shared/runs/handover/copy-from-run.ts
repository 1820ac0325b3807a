import { constants } from 'node:fs'
import { chmod, copyFile, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makePrivateDirectory, writePrivateFile } from '../../runtime/artifacts/index.ts'
import { printableJson } from '../../runtime/text/index.ts'
import { MANIFEST, readManifest } from './manifest.ts'

/**
 * Copies a stage's files from one data directory into that of another run, which continues from there. The first run does
 * not change. Skips a stage without a manifest: a stage that needs its files then fails with the reason. Keeps the
 * manifest's checksums: a file that has changed since is refused later.
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
