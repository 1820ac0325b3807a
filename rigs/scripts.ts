/** The command that starts package.json's scripts, as their help shows it. */
export const SCRIPTS = 'npx -y pnpm@12'
