/** Comparing organizations with what they should be, for the three stages that do. */
export { runCompare } from './compare-bin.ts'
