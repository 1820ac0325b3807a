import { createHash } from 'node:crypto'
import { timeText } from '@support-sync/shared/domain'
import type { Report } from '../model/schema.ts'
import { concernsSection } from './concerns.ts'
import type { DataBlocks } from './data-blocks.ts'
import { figuresSection } from './figures.ts'
import { foreign, type Html, html, trusted } from './html.ts'
import { recordsSection, unmappedSection } from './records.ts'
import { stagesSection } from './stages.ts'
import { count, duration } from './words.ts'

/** The script and style that the page contains. */
export type Assets = { script: string; style: string }

/** The whole page, in pieces. It needs no network, and its policy forbids network access. */
export function* pageOf(report: Report, blocks: DataBlocks, assets: Assets): Generator<string> {
  const { record, verdict } = report
  yield html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(assets)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Run ${record.run_id}: ${verdict.text}</title>
<style>${trusted(assets.style)}</style>
</head>
<body>
<header>
<p class="name">Support sync, run ${foreign(record.run_id)}</p>
<h1 class="${verdict.state}">${foreign(verdict.text)}</h1>
${factsOf(report)}
<nav aria-label="On this page"><a href="#attention">Needs attention</a> <a href="#stages">Stages</a>
<a href="#figures">Figures</a> <a href="#unmapped">Unmapped charges</a> <a href="#records">Changed accounts</a></nav>
</header>
<main>
${concernsSection(report, blocks.has)}
${stagesSection(report)}
${figuresSection(report)}
${unmappedSection(report, blocks.has)}
${recordsSection(blocks, report)}
</main>
`.html
  yield* blocks.pieces(report.addresses)
  yield `<script>${assets.script}</script>\n</body>\n</html>\n`
}

function factsOf({ record }: Report): Html {
  const { started_at, ended_at, commit, url, dry_run, history } = record
  const requests = history.at(-1)?.requests ?? 0
  return html`<ul class="facts">
<li>${timeText(started_at)}, ${duration(started_at, ended_at)}</li>
<li>${count(requests)} API ${requests === 1 ? 'request' : 'requests'}</li>
${dry_run ? html`<li>dry run</li>` : null}
${commit === null ? null : html`<li>commit <code>${commit.slice(0, 12)}</code></li>`}
${url === null || !/^https?:/.test(url) ? null : html`<li><a href="${url}" rel="noreferrer">the pipeline</a></li>`}
</ul>`
}

/** Allows only the page's own script and style, by hash, and no other source. */
function policyOf({ script, style }: Assets): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
