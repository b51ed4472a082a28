import { expect, test } from 'vitest'
import { isPreviewed, isShown, mediaTypeOf, readingOf, SHOWN_LIMIT_BYTES } from '@/features/jobs/artifact-reading'

test.each([
  ['image/svg', 'a', 'image'],
  ['json', 'plot.vl.json', 'json'],
  ['file/csv', 'a', 'csv'],
  ['file/html', 'a.md', 'html'],
  ['file/xml', 'a', 'text'],
  ['file/pdf', 'a', 'pdf'],
  ['file/binary', 'a.bin', 'file'],
  ['text', 'a.txt', 'text'],
  ['text', 'README.MD', 'markdown'],
  ['file/binary', 'README.md', 'file'],
  ['file/binary', 'talk.mp3', 'audio'],
  ['file/binary', 'screen.WebM', 'video'],
  ['text', 'talk.mp3', 'text'],
])('%s named %s is read as %s', (type, name, reading) => {
  expect(readingOf({ type, name })).toBe(reading)
})

test('what is large or has no reading is not fetched to be shown; what the browser draws piece by piece has no limit', () => {
  const large = { name: 'a', size_bytes: SHOWN_LIMIT_BYTES + 1 }
  expect(isShown({ type: 'text', name: 'a', size_bytes: SHOWN_LIMIT_BYTES })).toBe(true)
  expect(isShown({ type: 'text', ...large })).toBe(false)
  expect(isShown({ type: 'file/binary', name: 'a', size_bytes: 10 })).toBe(false)
  expect(isShown({ type: 'file/pdf', ...large })).toBe(true)
  expect(isShown({ ...large, type: 'file/binary', name: 'a.mp4' })).toBe(true)
  expect([isPreviewed({ type: 'file/pdf', name: 'a', size_bytes: 1 }), isPreviewed({ type: 'text', name: 'a.md', size_bytes: 1 })]).toEqual([false, true])
})

test('a recording is played as what its name says, whatever else it may be', () => {
  expect([mediaTypeOf({ type: 'file/binary', name: 'a.mp4' }), mediaTypeOf({ type: 'file/html', name: 'a.mp4' }), mediaTypeOf({ type: 'file/binary', name: 'mp4' })]).toEqual(['video/mp4', null, null])
})
