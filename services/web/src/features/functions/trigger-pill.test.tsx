import { expect, test } from 'vitest'
import { eventWords, TriggerPill, triggerOf } from '@/features/functions/trigger-pill'
import { drawnAt } from '@/ui/testing'

const task = { type: 'task', schedule: null, pattern: null }
const event = { type: 'event', schedule: null, pattern: 'order.*' }

test('a pill says what makes jobs of a function, and a list sorts by the same words', () => {
  expect(triggerOf(task)).toBe('task')
  expect(triggerOf(event)).toBe('event order.*')
  expect(drawnAt('/functions', <TriggerPill of={task} />)).not.toContain('<code>')
  expect(drawnAt('/functions', <TriggerPill of={event} />)).toMatch(/title="event order\.\*".*event<code>order\.\*<\/code>/)
})

test('a pattern is a sentence', () => {
  expect(eventWords('*')).toBe('Whatever event is emitted makes a job of it.')
  expect(eventWords('order.*')).toBe('Each event whose type begins with “order.” makes a job of it.')
  expect(eventWords('order.paid')).toBe('Each event order.paid makes a job of it.')
})
