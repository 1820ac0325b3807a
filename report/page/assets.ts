import { join } from 'node:path'
import { build } from 'esbuild'
import type { Assets } from './page.ts'
import { tableStyle } from './table-style.ts'

const ROOT = join(import.meta.dirname, '..')

/** Bundles and minifies the page's script and style. */
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
    outdir: ROOT, // Nothing is written. esbuild needs it to resolve relative paths.
    logLevel: 'silent',
  })
  const [file] = outputFiles
  // The policy's hash covers exactly the text between the tags.
  return file ? file.text.trim() : ''
}
