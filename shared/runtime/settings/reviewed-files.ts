import { basename, join } from 'node:path'
import { z } from 'zod'
import type { Environment } from './read-settings.ts'

/** The reviewed files: those in a package's data directory, unless a variable names others. */

export const reviewedFilesSettings = {
  plans: {
    variables: { PLANS_FILE: "the plans file, instead of the package's own (or --plans FILE)" },
    schema: z.object({ PLANS_FILE: z.string().optional() }).transform(given => given.PLANS_FILE),
  },
  protectedIds: {
    variables: {
      PROTECTED_IDS_DIR:
        "a directory with one PACKAGE.yml per package, instead of the packages' own protected_ids.yml",
    },
    schema: z
      .object({ PROTECTED_IDS_DIR: z.string().optional() })
      .transform(given => given.PROTECTED_IDS_DIR),
  },
}

/** The file that maps charge names to sections. */
export function plansFileOf(packageDir: string, { PLANS_FILE }: Environment): string {
  return PLANS_FILE || join(packageDir, 'data', 'plans.yml')
}

/** The file of organizations that are never marked. */
export function protectedIdsFileOf(packageDir: string, { PROTECTED_IDS_DIR }: Environment): string {
  return PROTECTED_IDS_DIR
    ? join(PROTECTED_IDS_DIR, `${basename(packageDir)}.yml`)
    : join(packageDir, 'data', 'protected_ids.yml')
}
