/** Comparing organizations with what they should be, for the three stages that do. */
export { compareBin } from './compare-bin.ts'
