import { expect, test } from 'vitest'
import { columns, printable, screenOf, shown } from '../index.ts'

const HIDDEN = ['\u001b', '\u009b', '\u202e', '\u2066', '\u200b', '\u061c', '\ufeff', '\r', '\u0007', '\n']

test.each(HIDDEN)('what could move, colour, hide or turn text is spelled out: %j', character => {
  expect(printable(`a${character}b`)).toMatch(/^a\\u[0-9a-f]{4}b$/)
})

test('names in any script stay as they are, and a value shows its kind', () => {
  expect(printable('Žluťoučký 株式会社 مثال')).toBe('Žluťoučký 株式会社 مثال')
  expect(['1', 1, null, false].map(shown)).toEqual(['"1"', '1', 'null', 'false'])
})

test('columns are aligned by what a terminal shows, wide characters and colours included', () => {
  const { style } = screenOf({ isTTY: true }, {})
  const lines = columns([
    ['株式', 'x'],
    [style.red('abcd'), 'y'],
    ['a', 'z'],
  ])
  expect(lines).toEqual(['株式  x', `${style.red('abcd')}  y`, 'a     z'])
})

test('on a screen the last column is broken and stays in its column; elsewhere a row is one line', () => {
  const rows = [['key', 'one two three four five six seven']]
  expect(columns(rows, { indent: 2, width: 36 })).toEqual([
    '  key  one two three four five six',
    '       seven',
  ])
  expect(columns(rows, { indent: 2 })).toHaveLength(1)
})

test('there is colour on a terminal alone, and not with NO_COLOR', () => {
  expect(screenOf({ isTTY: true, columns: 80 }, {}).style.bold('x')).toBe('\u001b[1mx\u001b[22m')
  expect(screenOf({ isTTY: true, columns: 80 }, { NO_COLOR: '1' }).style.bold('x')).toBe('x')
  expect(screenOf({ columns: 80 }, {})).toMatchObject({ width: undefined, isTerminal: false })
  expect(screenOf({}, {}).style.bold('x')).toBe('x')
})
