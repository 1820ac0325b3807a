/** Comparing an instance's organizations with what they should be, for the three stages that do. */
export { compareInstance } from './compare-instance.ts'
export { compareOrganizations } from './compare-organizations.ts'
export { readProtectedIds } from './protected-ids.ts'
