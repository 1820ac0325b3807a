import { join } from 'node:path'
import { build } from 'esbuild'
import type { Assets } from './page.ts'
import { tableStyle } from './table-style.ts'

const ROOT = join(import.meta.dirname, '..')

/** The page's script and style, bundled and made small. */
export async function bundleAssets(): Promise<Assets> {
  return {
    script: await bundled(join(ROOT, 'client', 'main.ts')),
    style: `${await bundled(join(ROOT, 'page', 'style.css'))}${tableStyle()}`,
  }
}

async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['es2022'],
    charset: 'utf8',
    legalComments: 'none',
    write: false,
    outdir: ROOT, // Nothing is written there; esbuild wants to know what paths would be relative to.
    logLevel: 'silent',
  })
  const [file] = outputFiles
  // The policy's hash is over exactly what stands between the tags.
  return file ? file.text.trim() : ''
}
