/** The entry point at the root of the repository, as shown in every hint. */
export const PROGRAM = './support-sync'
