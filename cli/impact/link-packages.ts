import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, realpath, symlink } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { promisify } from 'node:util'

/** The packages that the processor needs. */
const NEEDED = ['packages/processor', 'shared']

/**
 * Gives another checkout of this repository the packages that the processor needs. Links those installed here if both
 * lock files are equal, and installs them otherwise.
 */
export async function linkPackages(
  root: string,
  tree: string,
  packages: readonly string[] = NEEDED,
): Promise<void> {
  const [here, there] = await Promise.all([root, tree].map(lockOf))
  if (here === there) {
    for (const name of packages) await linkInto(join(name, 'node_modules'), root, tree)
  } else await install(tree)
}

async function lockOf(tree: string): Promise<string | undefined> {
  return readFile(join(tree, 'pnpm-lock.yaml'), 'utf8').catch(() => undefined)
}

async function install(tree: string): Promise<void> {
  await promisify(execFile)(
    'npx',
    [
      '-y',
      'pnpm@12.21.0',
      'install',
      '--prod',
      '--frozen-lockfile',
      '--filter',
      '@support-sync/processor...',
    ],
    { cwd: tree },
  )
}

/** Links a folder's entries one by one, because the workspace's own packages must be the other checkout's. */
async function linkInto(folder: string, root: string, tree: string): Promise<void> {
  await mkdir(join(tree, folder), { recursive: true })
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name.startsWith('@')) await linkInto(path, root, tree)
    else if (entry.isSymbolicLink()) {
      const target = await realpath(join(root, path))
      const inside = relative(await realpath(root), target)
      const isOwn = !inside.startsWith('..') && !inside.split(sep).includes('node_modules')
      await symlink(isOwn ? join(tree, inside) : target, join(tree, path))
    }
  }
}
