/** What starts the scripts of package.json, as it stands in their help. */
export const SCRIPTS = 'npx -y pnpm@12'
