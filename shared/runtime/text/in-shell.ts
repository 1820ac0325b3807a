/** An argument as a shell reads it, to copy in a command: in quotes if it has a blank or another special character. */
export function inShell(argument: string): string {
  if (/^[\w./:@%+,=-]+$/.test(argument)) return argument
  return `'${argument.replaceAll("'", "'\\''")}'`
}
