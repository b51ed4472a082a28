import { expect, test } from 'vitest'
import { fieldsOf, readTexts, strangerIn, textsOf } from '@/features/jobs/argument-fields'

const fields = fieldsOf({
  type: 'object',
  properties: {
    order: { $ref: '#/$defs/Order' },
    to: { type: 'string', maxLength: 20, description: 'Whom to tell.' },
    how: { $ref: '#/$defs/How', default: 'mail' },
    copies: { anyOf: [{ type: 'integer', minimum: 1, maximum: 9 }, { type: 'null' }], default: null },
    weight: { type: 'number', exclusiveMinimum: 0, default: 1.5 },
    is_quiet: { type: 'boolean', default: false },
    at: { type: 'string', format: 'date-time' },
    code: { type: 'string', pattern: '^[a-z]+$' },
    odd: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
  },
  required: ['order', 'to'],
  $defs: { Order: { type: 'object', properties: {} }, How: { type: 'string', enum: ['mail', 'call'] } },
})
const good = { order: '{"number": 7}', to: 'Ada' }
const read = (texts: Record<string, string>) => readTexts(fields, { ...good, ...texts })

test('each argument is a field of its kind, in the order of the function, with what may be written', () => {
  expect(fields.map(({ name, kind, isRequired, hint, usual }) => [name, kind, isRequired, hint, usual])).toEqual([
    ['order', 'json', true, 'an object, as JSON', null],
    ['to', 'text', true, 'text, at most 20 characters', null],
    ['how', 'choice', false, 'one of these', '"mail"'],
    ['copies', 'integer', false, 'whole number, from 1 to 9', 'null'],
    ['weight', 'number', false, 'number, above 0', '1.5'],
    ['is_quiet', 'choice', false, 'one of these', 'false'],
    ['at', 'text', false, 'a time, as 2026-01-31T10:00:00Z', null],
    ['code', 'text', false, 'text, as ^[a-z]+$', null],
    ['odd', 'json', false, 'JSON', null],
  ])
  expect(fields[1]?.description).toBe('Whom to tell.')
  expect(fields[2]?.choices).toEqual(['"mail"', '"call"'])
})

test('what is written becomes values of their kinds, and what is left empty stays out', () => {
  expect(read({ how: '"call"', copies: '3', weight: '0.5', is_quiet: 'true', odd: '"x"', at: ' ' })).toEqual({
    value: { order: { number: 7 }, to: 'Ada', how: 'call', copies: 3, weight: 0.5, is_quiet: true, odd: 'x' },
    problems: {},
    missing: [],
  })
})

test('what must be given and is not is missing, without a complaint', () => {
  expect(readTexts(fields, {})).toEqual({ value: {}, problems: {}, missing: ['order', 'to'] })
})

test.each([
  ['copies', '1.5'], ['copies', '10'], ['copies', '"3"'], ['weight', '0'], ['weight', 'much'], ['to', 'x'.repeat(21)], ['order', '{"number":'], ['code', 'A1'],
])('%s cannot be %s', (name, text) => {
  const { value, problems } = read({ [name]: text })
  expect(Object.keys(problems)).toEqual([name])
  expect(value).not.toHaveProperty(name)
})

test('arguments that are there are shown as they would be written', () => {
  const value = { order: { number: 7 }, to: '3', copies: null, is_quiet: false }
  const texts = textsOf(fields, value)
  expect(texts).toMatchObject({ order: '{\n  "number": 7\n}', to: '3', copies: 'null', is_quiet: 'false', how: '' })
  expect(readTexts(fields, texts).value).toEqual(value)
})

test('an argument the function no longer has is found', () => {
  expect(strangerIn(fields, { to: 'x', cc: 'y' })).toBe('cc')
  expect(strangerIn(fields, { to: 'x' })).toBeNull()
})

test('a pattern that only Python knows keeps nobody from running the function', () => {
  const [field] = fieldsOf({ properties: { code: { type: 'string', pattern: '(?P<a>x)' } } })
  expect(field && readTexts([field], { code: 'y' }).problems).toEqual({})
})
