export type { Answer, Call, Pace } from './call.ts'
export { type Limits, type Logger, type NeighbourContext, neighbourContext, type Usage } from './context.ts'
export { exchange } from './exchange.ts'
export { notUnderstood, RefusedTrouble, refused, UpstreamTrouble } from './troubles.ts'
