import { describe, expect, test } from 'vitest'
import { FEED_LIMIT, filledWith, READABLE_PER_SECOND, withItem, type FeedItem, type FeedLine } from '@/features/dashboard/feed'

const NOON = Date.parse('2026-03-01T12:00:00Z')
const item = (id: number, change: Partial<FeedItem> = {}): FeedItem => ({
  id: String(id),
  at: new Date(NOON).toISOString(),
  subject: 'resize',
  link: { jobId: `job_${String(id)}`, functionKey: 'resize' },
  kind: 'complete',
  status: null,
  detail: '12 ms',
  ...change,
})
const all = (items: FeedItem[]): readonly FeedLine[] => items.reduce<readonly FeedLine[]>(withItem, [])

describe('the feed', () => {
  test('has a line for each event while they can be read, the newest first', () => {
    const feed = all(Array.from({ length: 5 }, (_, i) => item(i)))
    expect(feed.map(({ id }) => id)).toEqual(['4', '3', '2', '1', '0'])
  })

  test('has what comes late where its time is', () => {
    const later = new Date(NOON + 2000).toISOString()
    expect(all([item(1), item(2, { at: later }), item(3)]).map(({ id }) => id)).toEqual(['2', '3', '1'])
  })

  test('knows an event that comes twice', () => {
    expect(all([item(1), item(1)])).toHaveLength(1)
  })

  test('is one line for each function and second when there are too many', () => {
    const feed = all([
      ...Array.from({ length: 100 }, (_, i) => item(i, { kind: i % 10 === 0 ? 'failed' : 'complete' })),
      ...Array.from({ length: 30 }, (_, i) => item(1000 + i, { subject: 'mail', link: { jobId: 'job_m', functionKey: 'mail' } })),
    ])
    expect(feed.map(({ subject, count }) => [subject, count])).toEqual([
      ['resize', 100],
      ['mail', 30],
    ])
    expect(feed[0]?.counts).toEqual({ complete: 90, failed: 10 })
  })

  test('leaves the seconds before a rush as they were', () => {
    const calm = all([item(1), item(2)])
    const later = new Date(NOON + 1000).toISOString()
    const feed = Array.from({ length: READABLE_PER_SECOND + 1 }, (_, i) => item(10 + i, { at: later })).reduce(withItem, calm)
    expect(feed.map(({ count }) => count)).toEqual([READABLE_PER_SECOND + 1, 1, 1])
  })

  test('never grows beyond its limit', () => {
    const feed = all(Array.from({ length: 200 }, (_, i) => item(i, { at: new Date(NOON + i * 100).toISOString() })))
    expect(feed).toHaveLength(FEED_LIMIT)
  })

  test('begins with what was told of before, once, the newest first, and keeps what it has', () => {
    const at = (second: number) => new Date(NOON + second * 1000).toISOString()
    const heard = all([item(3, { at: at(3), detail: 'heard' })])
    const told = [item(2, { at: at(2) }), item(1, { at: at(1) }), item(3, { at: at(3), detail: 'told' })]
    expect(filledWith(heard, told).map(({ id, detail }) => [id, detail])).toEqual([['3', 'heard'], ['2', '12 ms'], ['1', '12 ms']])
  })

  test('does not count again what stands in a line for many', () => {
    const many = all(Array.from({ length: 30 }, (_, i) => item(i)))
    expect(filledWith(many, [item(7), item(8)])).toEqual(many)
  })
})
