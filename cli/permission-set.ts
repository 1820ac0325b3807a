import { writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { dayOf } from '@support-sync/shared/domain'
import { EXIT } from '@support-sync/shared/runtime/errors'
import { createCommand, runMain } from './command/command.ts'
import { grantsFor } from './permission-set/fields.ts'
import { permissionSetXml } from './permission-set/xml.ts'
import { salesforceQueries } from './preflight/queries.ts'

/** `permission-set`: prints the Salesforce permission set that the queries need. */

const ROOT = join(import.meta.dirname, '..')
const SHIPPED = join(ROOT, 'docs/set-up/salesforce/permissionsets/SupportSync.permissionset-meta.xml')

const command = createCommand({
  name: 'permission-set',
  purpose:
    'Prints the Salesforce permission set that grants the objects, fields and look-ups that the queries read. Uses no network.',
  options: {
    write: { type: 'boolean', default: false, describe: `write it to ${relative(ROOT, SHIPPED)} instead` },
  },
  epilogue: 'docs/set-up/salesforce.md explains how to deploy it.',
  async run(given) {
    const xml = permissionSetXml(grantsFor(salesforceQueries(dayOf(new Date()))))
    if (given.write) await writeFile(SHIPPED, xml)
    else process.stdout.write(xml)
    return EXIT.done
  },
})

export default command

if (import.meta.main) await runMain(command.main)
