/** Compares organizations with objects, for three stages. */
export { compareBin } from './compare-bin.ts'
