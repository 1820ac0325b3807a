import { z } from 'zod'
import { INSTANCE_SYNCS, organizationSync, PARTNER_SYNC } from '../../pipeline/index.ts'
import { postBatches } from '../../runtime/parallel/index.ts'
import { readOrganizationSums } from './load-sums.ts'

const STAGES = [INSTANCE_SYNCS.global, INSTANCE_SYNCS.usgov, PARTNER_SYNC].map(({ stage }) => stage)
const inputSchema = z.object({ path: z.string(), stage: z.enum(STAGES) })

await postBatches(input => {
  const { path, stage } = inputSchema.parse(input)
  return readOrganizationSums(path, organizationSync(stage))
})
