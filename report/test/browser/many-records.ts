import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { runArtifacts } from '../../model/artifacts.ts'
import { readReport } from '../../model/read-report.ts'
import { bundleAssets } from '../../page/assets.ts'
import { dataBlocks } from '../../page/data-blocks.ts'
import { pageOf } from '../../page/page.ts'
import { smallRecord, writeRun } from '../small-run.ts'

/** A report with very many changed records, each as large as a real one. */
export async function writeLargeReport(records: number) {
  const run = await writeRun({})
  const blocks = dataBlocks()
  for (let number = 0; number < records; number++) {
    const premium = {
      from: number,
      to: number + 1,
      because: `the highest quantity of its active charges: "Premium - 1 Year", ${number + 1}`,
    }
    blocks.take({
      ...{ stage: number % 10 === 0 ? 'sync-usgov' : 'sync-global', action: 'update', outcome: 'written' },
      isPlanned: true,
      isInPart: false,
      key: `001EX${String(number).padStart(10, '0')}AAA`,
      id: 360_000_000_000 + number,
      name: `Company ${number} of ${['Málaga', 'Zürich', 'Sendai'][number % 3]}`,
      changes: {
        seats_decimal: premium,
        expiration_date: { from: '2026-11-28', to: '2027-11-28', because: '"Premium - 1 Year" ends last' },
      },
      otherValues: {
        account_type: 'customer',
        support_level: 'premium',
        aar: 24_000,
        sales_segmentation: 'mid-market',
        org_region: 'amer',
        account_owner: 'Dana Whitfield',
        sub_sm_premium: true,
      },
      outcomeTexts: [],
      explanation: [
        'support_level is premium: "Premium - 1 Year" (sm_premium)',
        `Subscription A-S${number} → Global: none of its active charges is US Government's`,
      ],
    })
  }
  const report = await readReport(smallRecord({}), runArtifacts(run), () => undefined, 700)
  const path = join(run.dir, 'report.html')
  await pipeline(Readable.from(pageOf(report, blocks, await bundleAssets())), createWriteStream(path))
  return { path, [Symbol.asyncDispose]: () => run[Symbol.asyncDispose]() }
}
