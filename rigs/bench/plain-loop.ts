/**
 * A program: `node plain-loop.ts processor|compare-global DATA_DIR TO`. The plain loop: what you would write first to read
 * the stage's records and print similar ones, without the rules. For the processor it builds a record per account; for a
 * compare it keeps one record in twenty. It checks, finds and decides nothing. It imports nothing of ours, so that its
 * start takes no longer than Node's.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const BLOCK_BYTES = 1024 * 1024
const EVERY_KEPT = 20
/** An object of Global has this many checkboxes for what was bought. */
const CHECKBOXES = 17
const [LINE_FEED, COMMA, BRACE] = [10, 44, 123]

type PlainAccount = {
  salesforce_id: string
  name: string
  arr: number
  sales_segment: string
  account_owner: string
  technical_account_manager: string | null
  solutions_architect: string | null
  restricted: boolean
  support_hold: boolean
  escalated: boolean
  sold_to_email: string
  subs: readonly { end_date: string }[]
  charges: readonly { quantity: number }[]
}

const [stage = '', dataDir = '', to = ''] = process.argv.slice(2)
const output = openSync(to, 'w')
let text = '['
let printed = 0
if (stage === 'processor') {
  const unchecked = Object.fromEntries(
    Array.from({ length: CHECKBOXES }, (_, n) => [`sub_of_some_name_${n}`, false]),
  )
  eachLine('salesforce_accounts.json', line => {
    const account: PlainAccount = JSON.parse(line)
    print({
      ...unchecked,
      name: account.name,
      salesforce_id: account.salesforce_id,
      sfdc_short_id: account.salesforce_id.slice(0, 15),
      account_type: 'customer',
      support_level: 'premium',
      expiration_date: account.subs[0]?.end_date ?? null,
      account_owner: account.account_owner,
      technical_account_manager: account.technical_account_manager,
      solutions_architect: account.solutions_architect,
      restricted_account: account.restricted,
      org_in_escalated_state: account.escalated,
      support_hold: account.support_hold,
      aar: account.arr,
      sales_segmentation: account.sales_segment,
      org_region: 'emea',
      seats_decimal: account.charges[0]?.quantity ?? 0,
      sold_tos: [account.sold_to_email],
    })
  })
} else if (stage === 'compare-global') {
  let number = 0
  for (const name of ['zendesk_global.json', 'global_accounts.json'])
    eachLine(name, line => {
      const record: object = JSON.parse(line)
      number += 1
      if (number % EVERY_KEPT === 0) print(record)
    })
} else {
  throw new Error(`there is no plain loop for ${stage}`)
}
writeSync(output, `${text}\n]\n`)
closeSync(output)

function print(record: object): void {
  text += `${printed === 0 ? '' : ','}\n${JSON.stringify(record)}`
  printed += 1
  if (text.length < BLOCK_BYTES) return
  writeSync(output, text)
  text = ''
}

/** Passes each record's line to `take`, without its comma. */
function eachLine(name: string, take: (line: string) => void): void {
  const input = openSync(join(dataDir, name), 'r')
  const block = Buffer.allocUnsafe(BLOCK_BYTES)
  let rest = Buffer.alloc(0)
  for (let read = readSync(input, block); read > 0; read = readSync(input, block)) {
    const bytes = Buffer.concat([rest, block.subarray(0, read)])
    let start = 0
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      const last = bytes[end - 1] === COMMA ? end - 1 : end
      if (bytes[start] === BRACE) take(bytes.toString('utf8', start, last))
      start = end + 1
    }
    rest = bytes.subarray(start)
  }
  closeSync(input)
}
