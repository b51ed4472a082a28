import { expect, test } from 'vitest'
import { eventWords, TriggerPill, triggerOf, type Triggered } from '@/features/functions/trigger-pill'
import { drawnAt } from '@/ui/testing'

const task: Triggered = { key: 'resize', type: 'task', schedule: null, schedule_words: null, schedule_timezone: null, schedule_paused: null, pattern: null }
const event: Triggered = { ...task, type: 'event', pattern: 'order.*' }
const cron: Triggered = { ...task, key: 'report', type: 'cron', schedule: '0 8 * * 1-5', schedule_words: 'At 08:00 on Monday through Friday', schedule_timezone: 'Europe/Berlin', schedule_paused: false }

test('a pill says what makes jobs of a function, and a list sorts by the same words', () => {
  expect(triggerOf(task)).toBe('task')
  expect(triggerOf(event)).toBe('event order.*')
  expect(drawnAt('/functions', <TriggerPill of={task} />)).not.toContain('<code>')
  expect(drawnAt('/functions', <TriggerPill of={event} />)).toMatch(/title="event order\.\*".*event<code>order\.\*<\/code>/)
})

test('a schedule is said in words with its zone, and leads to its tab; a paused one says so', () => {
  expect(triggerOf(cron)).toBe('cron At 08:00 on Monday through Friday · Europe/Berlin')
  const drawn = drawnAt('/functions', <TriggerPill of={cron} />)
  expect(drawn).toContain('href="/functions/report?tab=schedule"')
  expect(drawn).toContain('title="At 08:00 on Monday through Friday · Europe/Berlin (0 8 * * 1-5)"')
  expect(drawn).not.toContain('paused')
  expect(drawnAt('/functions', <TriggerPill of={{ ...cron, schedule_paused: true }} />)).toMatch(/data-paused.*>paused</)
})

test('a pattern is a sentence', () => {
  expect(eventWords('*')).toBe('Whatever event is emitted makes a job of it.')
  expect(eventWords('order.*')).toBe('Each event whose type begins with “order.” makes a job of it.')
  expect(eventWords('order.paid')).toBe('Each event order.paid makes a job of it.')
})
