import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'

/** Asks for confirmation on the terminal. Any answer but yes is a no, and so is the end of the input. */
export async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await Promise.race([terminal.question(`${question} [y/N] `), once(terminal, 'close')])
    return typeof answer === 'string' && /^y(es)?$/i.test(answer.trim())
  } finally {
    terminal.close()
  }
}
