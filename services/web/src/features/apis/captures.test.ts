import { expect, test } from 'vitest'
import { bodyText, leftOutText } from '@/features/apis/captures'
import type { CapturedBody } from '@/generated/rest'

const body = (changes: Partial<CapturedBody>): CapturedBody => ({ content_type: 'application/json', bytes: 9, text: '{"a":1}', is_cut: false, masked: [], left_out: null, ...changes })

test('a document is a line for each field, what was cut or is none stays as it is', () => {
  expect(bodyText(body({}))).toBe('{\n  "a": 1\n}')
  expect(bodyText(body({ is_cut: true }))).toBe('{"a":1}')
  expect(bodyText(body({ content_type: 'text/plain' }))).toBe('{"a":1}')
  expect(bodyText(body({ text: '{"a": NaN}' }))).toBe('{"a": NaN}')
  expect(bodyText(body({ text: null, left_out: 'type' }))).toBe('')
})

test('what is left out says why', () => {
  expect(leftOutText(body({}))).toBeNull()
  expect(leftOutText(body({ text: null, left_out: 'encoded' }))).toBe('Left out: it passed compressed.')
})
