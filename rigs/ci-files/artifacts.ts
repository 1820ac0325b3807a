import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unzipSync, zipSync } from 'fflate'

/** The folder of a job's artifacts in gitlab-ci-local, which encodes forbidden folder names in base64. */
export function artifactsDir(stateDir: string, job: string): string {
  const folder = job.replace(/[^\w-]+/g, match => Buffer.from(match).toString('base64url'))
  return join(stateDir, 'artifacts', folder)
}

/** A job's artifacts as GitLab serves them, with their paths in the project; null if there are none. */
export async function zipOf(dir: string): Promise<Uint8Array | null> {
  const entries = await readdir(dir, { recursive: true }).catch(() => [])
  const files: Record<string, Uint8Array> = {}
  for (const path of entries) {
    if ((await stat(join(dir, path))).isFile()) files[path] = await readFile(join(dir, path))
  }
  return Object.keys(files).length === 0 ? null : zipSync(files, { level: 1 })
}

/** Copies a job's artifacts into the project folder of a job that needs it. */
export async function restoreArtifacts(zip: Uint8Array, dir: string): Promise<void> {
  for (const [path, content] of Object.entries(unzipSync(zip))) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), content)
  }
}

/** Copies a folder's files into another folder. The other files there stay. */
export async function keep(dir: string, target: string): Promise<void> {
  await cp(dir, target, { recursive: true, force: true }).catch(absent)
}

function absent(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
}
