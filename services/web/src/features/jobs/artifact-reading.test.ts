import { expect, test } from 'vitest'
import { isShown, readingOf, SHOWN_LIMIT_BYTES } from '@/features/jobs/artifact-view'

test.each([
  ['image/svg', 'image'],
  ['json', 'json'],
  ['file/csv', 'csv'],
  ['file/html', 'html'],
  ['file/xml', 'text'],
  ['file/pdf', 'pdf'],
  ['file/binary', 'file'],
])('%s is read as %s', (type, reading) => {
  expect(readingOf(type)).toBe(reading)
})

test('what is large or has no reading is not fetched to be shown', () => {
  expect(isShown({ type: 'text', size_bytes: SHOWN_LIMIT_BYTES })).toBe(true)
  expect(isShown({ type: 'text', size_bytes: SHOWN_LIMIT_BYTES + 1 })).toBe(false)
  expect(isShown({ type: 'file/binary', size_bytes: 10 })).toBe(false)
  expect(isShown({ type: 'file/pdf', size_bytes: SHOWN_LIMIT_BYTES + 1 })).toBe(true)
})
