/** How far something has come, for a person who watches. Nothing is decided by it. */
export type Progress =
  /** Of what, how many of how many; `of` is null where nobody knows. */
  | { kind: 'count'; what: string; done: number; of: number | null }
  | { kind: 'requests'; requests: number }
  /** Until when it waits (milliseconds since 1970), and for what. */
  | { kind: 'wait'; why: WaitReason; service: string; until: number }

export type WaitReason = 'rate-limit' | 'retry' | 'job'
