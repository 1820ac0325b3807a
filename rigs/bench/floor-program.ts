/** A program: `node floor-program.ts OUTPUTS_FILE TO INPUT…`. Runs the floor as a separate process, like a stage. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { runFloor } from './floor.ts'

const outputsSchema = z.array(z.object({ lines: z.int(), sample: z.array(z.unknown()) }))

const [outputs = '', to = '', ...inputs] = process.argv.slice(2)
runFloor(inputs, outputsSchema.parse(JSON.parse(readFileSync(outputs, 'utf8'))), to)
