import { type Organization, protectedOrganization } from '../../domain/index.ts'
import { readYaml } from '../../runtime/artifacts/index.ts'
import type { BinRun } from '../../runtime/bin/index.ts'
import { protectedIdsFileOf } from '../../runtime/settings/index.ts'

/** The organizations that are never marked: the package's reviewed file, or the one of --protected-ids. */
export async function readProtectedIds({
  options,
  packageDir,
  environment,
}: BinRun): Promise<(organization: Organization) => boolean> {
  const file = options.protectedIds ?? protectedIdsFileOf(packageDir, environment)
  return protectedOrganization(await readYaml(file), file)
}
