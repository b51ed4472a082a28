import { describe, expect, test } from 'vitest'
import { asking, followed, typedFrom, typing, unasked, type Typed } from '@/ui/typed'

const typingAndAsking = (typed: Typed, text: string): Typed => asking(typing(typed, text), text.trim())

test('the address catches up with what is typed, and takes nothing back', () => {
  const typed = typingAndAsking(typingAndAsking(typedFrom(''), 're'), 'res ')
  expect(followed(typed, 're').text).toBe('res ')
  expect(followed(followed(typed, 're'), 'res').text).toBe('res ')
  expect(followed(typed, 'res').text).toBe('res ')
})

test('who changes the address elsewhere changes the box', () => {
  const typed = followed(typingAndAsking(typedFrom(''), 'res'), 'res')
  expect(followed(typed, '').text).toBe('')
  expect(followed(followed(typed, ''), 'mail').text).toBe('mail')
})

test('deleted and typed anew before the address has followed', () => {
  const typed = typingAndAsking(typingAndAsking(followed(typingAndAsking(typedFrom(''), 'a'), 'a'), ''), 'b')
  expect(followed(typed, '').text).toBe('b')
  expect(followed(followed(typed, ''), 'b').text).toBe('b')
})

describe('a box that waits before it asks', () => {
  test('has to ask for what was typed, once, and not for spaces around it', () => {
    const typed = typing(typedFrom('a'), ' ab ')
    expect(unasked(typed)).toBe('ab')
    expect(unasked(asking(typed, 'ab'))).toBeNull()
    expect(unasked(typing(typedFrom('a'), 'a '))).toBeNull()
    expect(unasked(typing(followed(asking(typed, 'ab'), 'ab'), ''))).toBe('')
  })

  test('shows an address that changed elsewhere, and does not ask for what was typed before', () => {
    const typed = followed(typing(typedFrom('a'), 'ab'), 'mail')
    expect(typed.text).toBe('mail')
    expect(unasked(typed)).toBeNull()
  })

  test('keeps what is typed on while the address follows what was asked', () => {
    const typed = followed(typing(typingAndAsking(typedFrom(''), 'res'), 'resi'), 'res')
    expect(typed.text).toBe('resi')
    expect(unasked(typed)).toBe('resi')
  })
})
