import { expect, test } from 'vitest'
import { asCommand, asCurl, asPython, asPythonValue } from '@/features/jobs/copies'
import { aJob } from '@/features/jobs/testing'

const job = aJob({ kwargs: { name: "it's", on: true, none: null }, priority: 7, tags: ['red'] })

test('values are spelled as Python spells them', () => {
  expect(asPythonValue({ a: [1, true, null, 'x'] })).toBe('{"a": [1, True, None, "x"]}')
})

test('a quote inside an argument does not end it', () => {
  expect(asCommand(job, 'http://host')).toBe(
    `MILLSTREAM_URL=http://host millstream enqueue resize --json '{"name":"it'\\''s","on":true,"none":null}' --priority 7 --tag red`,
  )
  expect(asCurl(job, 'http://host')).toContain(`-d '{"function":"resize","kwargs":{"name":"it'\\''s","on":true,"none":null},"priority":7,"tags":["red"]}'`)
  expect(asPython(job, 'http://host')).toContain(`json={"function": "resize", "kwargs": {"name": "it's", "on": True, "none": None}, "priority": 7, "tags": ["red"]},`)
})

test('how it is to be enqueued is copied with it', () => {
  const later = { function: 'resize', kwargs: {}, delay_s: 90, idempotency_key: "order 7's" }
  expect(asCommand(later, 'http://host')).toBe(`MILLSTREAM_URL=http://host millstream enqueue resize --delay-s 90 --idempotency-key 'order 7'\\''s'`)
  expect(asPython(later, 'http://host')).toContain('json={"function": "resize", "kwargs": {}, "delay_s": 90, "idempotency_key": "order 7\'s"},')
  expect(asCommand({ function: 'resize', kwargs: {}, scheduled_at: '2026-01-01T10:00:00.000Z' }, 'http://host')).toContain('--scheduled-at 2026-01-01T10:00:00.000Z')
})
