import { expect, test } from 'vitest'
import { followed, typedFrom, typing } from '@/components/typed'

test('the address catches up with what is typed, and takes nothing back', () => {
  const typed = typing(typing(typedFrom(''), 're'), 'res ')
  expect(followed(typed, 're').text).toBe('res ')
  expect(followed(followed(typed, 're'), 'res').text).toBe('res ')
  expect(followed(typed, 'res').text).toBe('res ')
})

test('who changes the address elsewhere changes the box', () => {
  const typed = followed(typing(typedFrom(''), 'res'), 'res')
  expect(followed(typed, '').text).toBe('')
  expect(followed(followed(typed, ''), 'mail').text).toBe('mail')
})

test('deleted and typed anew before the address has followed', () => {
  const typed = typing(typing(followed(typing(typedFrom(''), 'a'), 'a'), ''), 'b')
  expect(followed(typed, '').text).toBe('b')
  expect(followed(followed(typed, ''), 'b').text).toBe('b')
})
