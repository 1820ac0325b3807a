/** One writer at a time on this machine: a lock that the operating system takes back when its holder is gone. */
export { type Lock, sharedLockPath, takeLock } from './lock.ts'
