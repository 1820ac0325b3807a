import { expect, test } from 'vitest'
import { columns, screenOf, shown } from '../index.ts'

test('a value shows its type, and no character that could move, colour, hide or reorder text', () => {
  expect(['1', 1, null, false].map(shown)).toEqual(['"1"', '1', 'null', 'false'])
  expect(shown('a\u001b[2J\u202eb 株式')).toBe('"a\\u001b[2J\\u202eb 株式"')
})

test('columns are aligned by their width on a terminal, including wide characters and colours', () => {
  const { style } = screenOf({ isTTY: true }, {})
  const lines = columns([
    ['株式', 'x'],
    [style.red('abcd'), 'y'],
    ['a', 'z'],
  ])
  expect(lines).toEqual(['株式  x', `${style.red('abcd')}  y`, 'a     z'])
})

test('on a screen the last column wraps within its column; elsewhere a row is one line', () => {
  const rows = [['key', 'one two three four five six seven']]
  expect(columns(rows, { indent: 2, width: 36 })).toEqual([
    '  key  one two three four five six',
    '       seven',
  ])
  expect(columns(rows, { indent: 2 })).toHaveLength(1)
})

test('there are colours only on a terminal, and not with NO_COLOR', () => {
  expect(screenOf({ isTTY: true, columns: 80 }, {}).style.bold('x')).toBe('\u001b[1mx\u001b[22m')
  expect(screenOf({ isTTY: true, columns: 80 }, { NO_COLOR: '1' }).style.bold('x')).toBe('x')
  expect(screenOf({ columns: 80 }, {})).toMatchObject({ width: undefined, isTerminal: false })
  expect(screenOf({}, {}).style.bold('x')).toBe('x')
})

test('a word wider than a line is broken, except for a path or an address, which people copy', () => {
  const path = '/home/operations/support-sync/runs/one/logs/accounts.gather.log'
  expect(columns([[`see ${path} for more`]], { width: 30 })).toEqual(['see', path, 'for more'])
  const lines = columns([['x'.repeat(70)]], { width: 30 })
  expect(lines.map(line => line.length)).toEqual([30, 30, 10])
})
