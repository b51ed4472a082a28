import { expect, test } from 'vitest'
import type { JobDetail } from '@/features/jobs/api'
import { BySchedule, lateBy } from '@/features/jobs/schedule-link'
import { aJobDetail } from '@/features/jobs/testing'
import { drawnAt } from '@/ui/testing'

const at = (seconds: number): string => new Date(Date.parse('2026-01-05T08:00:00.000Z') + seconds * 1000).toISOString()
const attempt = (seconds: number) => ({ ...aJobDetail().attempts_log?.[0], started_at: at(seconds) })
const due = (change: Partial<JobDetail>): JobDetail => aJobDetail({ source: { type: 'cron' }, scheduled_at: at(0), started_at: null, ...change })

test('how late a job began is worth a word from ten seconds on', () => {
  expect(lateBy(due({ started_at: at(9) }))).toBe(null)
  expect(lateBy(due({ started_at: at(42) }))).toBe(42_000)
  expect(lateBy(due({}))).toBe(null)
})

test('a job that is tried again was not late for that', () => {
  const attempts = [attempt(1), attempt(60)] as NonNullable<JobDetail['attempts_log']>
  expect(lateBy(due({ started_at: at(60), attempts_log: attempts }))).toBe(null)
})

test('a job of a schedule says when it was due, with a door to the schedule', () => {
  const drawn = drawnAt('/jobs/job_1', <BySchedule job={due({ started_at: at(42) })} />)
  expect(drawn).toContain('href="/functions/resize?tab=schedule"')
  expect(drawn.replaceAll(/<!-- -->|<[^>]*>/g, '')).toMatch(/^by its schedule, due \d\d:00:00, begun 42\.0 s late$/)
})
