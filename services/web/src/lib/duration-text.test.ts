import { expect, test } from 'vitest'
import { durationOf, durationText, LONGEST_MS } from '@/lib/duration-text'

test.each([
  ['250ms', 250],
  ['5s', 5000],
  [' 5 S ', 5000],
  ['2m', 120_000],
  ['1.5h', 5_400_000],
  ['1h 30m', 5_400_000],
  ['1m30s', 90_000],
  ['1.001s', 1001],
  ['0ms', 0],
])('%s is read', (text, ms) => {
  expect(durationOf(text)).toBe(ms)
})

test.each(['', '5', 's', '-5s', '5 sec', 'five s', '5s ago', '1e3s', '.5s', '99999999h'])('“%s” cannot be read', (text) => {
  expect(durationOf(text)).toBeNull()
})

test.each([
  [0, '0 ms'],
  [0.5, '0.5 ms'],
  [999, '999 ms'],
  [1500, '1.5 s'],
  [60_000, '1 m'],
  [90_000, '90 s'],
  [7_200_000, '2 h'],
  [LONGEST_MS, '87600 h'],
])('%d ms are written, and read again', (ms, text) => {
  expect(durationText(ms)).toBe(text)
  expect(durationOf(text)).toBe(ms)
})
