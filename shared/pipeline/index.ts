/** Which stages there are, and how they follow one another. */
export { type Bin, findStage, isAtOrAfter, STAGES, type Stage, type StageName } from './stages.ts'
