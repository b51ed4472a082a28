import { describe, expect, test } from 'vitest'
import { LIVE_LIST_LIMIT } from '@/lib/live-rules'
import { applyJobEvent, applyToPage, applyToTimeline, concerns, isToRead } from '@/features/jobs/apply-job-event'
import type { JobEvent } from '@/features/jobs/events'
import type { JobFilter } from '@/features/jobs/job-filter'
import { aJob, aPage, cancelled, completed, interrupted, jobId, progress, queued, retrying, started } from '@/features/jobs/testing'

describe('the seq rule', () => {
  test('a newer event changes the row', () => {
    expect(applyJobEvent(aJob(), started())).toMatchObject({ status: 'active', seq: 2, worker_id: 'w-1', attempts: 1 })
  })

  test('an event the row has already seen changes nothing, not even the object', () => {
    const row = aJob({ seq: 2, status: 'active' })
    expect(applyJobEvent(row, started(2))).toBe(row)
    expect(applyJobEvent(row, queued(1))).toBe(row)
  })

  test('an event may arrive over a row that REST has not caught up with by several', () => {
    expect(applyJobEvent(aJob({ seq: 1 }), started(4)).seq).toBe(4)
  })

  test('progress applies at the same seq and leaves it', () => {
    const row = aJob({ seq: 2, status: 'active' })
    expect(applyJobEvent(row, progress(0.4))).toMatchObject({ progress: 0.4, seq: 2, progress_at: '2026-01-01T10:00:06.000Z' })
  })

  test('older progress, and progress of another seq, do not apply', () => {
    const row = aJob({ seq: 2, status: 'active', progress: 0.5, progress_at: '2026-01-01T10:00:06.000Z' })
    expect(applyJobEvent(row, progress(0.4, 2, '2026-01-01T10:00:05.900Z'))).toBe(row)
    expect(applyJobEvent(row, progress(0.9, 3, '2026-01-01T10:00:09.000Z'))).toBe(row)
    expect(applyJobEvent(row, progress(0.9, 1, '2026-01-01T10:00:09.000Z'))).toBe(row)
  })

  test('a job scheduled for later is pending', () => {
    const later = { ...queued(2), scheduled_at: '2026-01-01T11:00:00.000Z' }
    expect(applyJobEvent(aJob(), later).status).toBe('pending')
  })
})

describe('the live list', () => {
  test('a new job comes first and is counted', () => {
    const page = applyToPage(aPage(aJob()), {}, queued(1, jobId(2)))
    expect(page.jobs.map((job) => job.id)).toEqual([jobId(2), jobId(1)])
    expect(page.total).toBe(2)
  })

  test('a repeated event adds no second row', () => {
    const page = applyToPage(aPage(), {}, queued())
    expect(applyToPage(page, {}, queued())).toBe(page)
  })

  test('an older job heard of late goes to its place', () => {
    const page = applyToPage(aPage(aJob({ id: jobId(9) }), aJob({ id: jobId(1) })), {}, started(2, jobId(5)))
    expect(page.jobs.map((job) => job.id)).toEqual([jobId(9), jobId(5), jobId(1)])
  })

  test('it respects the filter: of another function, nothing; out of the status, gone; into it, new', () => {
    const empty = aPage()
    expect(applyToPage(empty, { function: 'mail' }, queued())).toBe(empty)
    expect(applyToPage(aPage(aJob()), { status: ['queued'] }, started())).toMatchObject({ jobs: [], total: 0 })
    expect(applyToPage(empty, { status: ['active'] }, started()).jobs).toHaveLength(1)
  })

  test('of a trace, an event that says another one makes no row and moves no count', () => {
    const trace_id = '4bf92f3577b34da6a3ce929d0e0e4736'
    const empty = aPage()
    expect(applyToPage(empty, { trace_id }, { ...queued(1), trace_id }).jobs).toHaveLength(1)
    for (const other of [queued(1), { ...queued(1), trace_id: '0'.repeat(31) + '1' }]) {
      expect(applyToPage(empty, { trace_id }, other)).toBe(empty)
      expect(concerns({ trace_id }, other)).toBe(false)
    }
  })

  test('by duration, a job enters when it has run so long and leaves when it runs again', () => {
    const filter = { min_duration_ms: 2000, below_duration_ms: 5000 }
    const empty = aPage()
    expect(applyToPage(empty, filter, started())).toBe(empty)
    expect(applyToPage(empty, filter, { ...completed(3), duration_ms: 1999 })).toBe(empty)
    expect(applyToPage(empty, filter, { ...completed(3), duration_ms: 5000 })).toBe(empty)
    const entered = applyToPage(empty, filter, { ...completed(3), duration_ms: 2000 })
    expect(entered).toMatchObject({ jobs: [{ duration_ms: 2000 }], total: 1 })
    const waits = aPage(aJob({ status: 'retrying', seq: 3, duration_ms: 3000 }))
    expect(applyToPage(waits, filter, started(4))).toMatchObject({ jobs: [], total: 0 })
    expect(applyToPage(empty, { below_duration_ms: 5000 }, started())).toBe(empty)
  })

  test('by wait, a job enters when it begins to run after so long, and stays while it runs again', () => {
    const filter = { min_wait_ms: 40, below_wait_ms: 50 }
    const empty = aPage()
    expect(applyToPage(empty, filter, queued())).toBe(empty)
    expect(applyToPage(empty, filter, { ...started(), queue_wait_ms: 39 })).toBe(empty)
    expect(applyToPage(empty, filter, { ...started(), queue_wait_ms: 50 })).toBe(empty)
    const entered = applyToPage(empty, filter, started())
    expect(entered).toMatchObject({ jobs: [{ queue_wait_ms: 40 }], total: 1 })
    expect(applyToPage(entered, filter, retrying()).jobs).toHaveLength(1)
    expect(applyToPage(entered, filter, { ...started(4), queue_wait_ms: 10 })).toMatchObject({ jobs: [], total: 0 })
  })

  test('by attempts, a job enters and leaves when one begins', () => {
    const empty = aPage()
    expect(applyToPage(empty, { min_attempts: 2 }, started())).toBe(empty)
    expect(applyToPage(empty, { min_attempts: 2 }, { ...started(4), attempt: 2 })).toMatchObject({ jobs: [{ attempts: 2 }], total: 1 })
    expect(applyToPage(empty, { max_attempts: 0 }, queued()).jobs).toHaveLength(1)
    // It was cancelled before it ran: the attempt it names never began.
    expect(applyToPage(empty, { max_attempts: 0 }, cancelled()).jobs).toHaveLength(1)
    expect(applyToPage(aPage(aJob()), { max_attempts: 0 }, started())).toMatchObject({ jobs: [], total: 0 })
  })

  test('what is left out makes no row, and leaves when it becomes that', () => {
    const empty = aPage()
    expect(applyToPage(empty, { not_function: ['mail', 'resize'] }, queued())).toBe(empty)
    expect(concerns({ not_function: ['resize'] }, queued())).toBe(false)
    expect(applyToPage(empty, { not_function: ['mail'] }, queued()).jobs).toHaveLength(1)
    const filter = { not_worker_id: ['w-1'] }
    for (const event of [started(), retrying(), completed(), interrupted()]) expect(applyToPage(empty, filter, event)).toBe(empty)
    expect(applyToPage(empty, filter, queued())).toMatchObject({ jobs: [{ worker_id: null }], total: 1 })
    expect(applyToPage(aPage(aJob()), filter, started())).toMatchObject({ jobs: [], total: 0 })
    expect(applyToPage(empty, filter, { ...started(), worker_id: 'w-2' })).toMatchObject({ jobs: [{ worker_id: 'w-2' }], total: 1 })
  })

  test('of a worker, a job enters by whatever it did there', () => {
    for (const event of [started(), retrying(), completed(), interrupted()]) expect(applyToPage(aPage(), { worker_id: 'w-1' }, event)).toMatchObject({ jobs: [{ worker_id: 'w-1' }], total: 1 })
  })

  test('by tags, a row that is known changes in place, and no event makes one: none says the tags', () => {
    const filter: JobFilter = { tag: ['nightly'], not_tag: ['eu'] }
    const page = aPage(aJob({ tags: ['nightly'] }))
    expect(applyToPage(page, filter, started())).toMatchObject({ jobs: [{ status: 'active' }], total: 1 })
    expect(applyToPage(page, filter, queued(1, jobId(2)))).toBe(page)
    expect(isToRead(page, page, filter, queued(1, jobId(2)))).toBe(true)
    expect(isToRead(page, page, { ...filter, not_function: ['resize'] }, queued(1, jobId(2)))).toBe(false)
  })

  test('of a parent, its children enter; those of one that is left out do not', () => {
    const child = { ...queued(1, jobId(2)), parent_id: jobId(1) }
    const empty = aPage()
    expect(applyToPage(empty, { parent_id: jobId(1) }, child)).toMatchObject({ jobs: [{ parent_id: jobId(1) }], total: 1 })
    for (const filter of [{ parent_id: jobId(3) }, { not_parent_id: [jobId(1)] }]) {
      expect(applyToPage(empty, filter, child)).toBe(empty)
      expect(concerns(filter, child)).toBe(false)
    }
    expect(applyToPage(empty, { not_parent_id: [jobId(1)] }, queued())).toMatchObject({ total: 1 })
    expect(applyToPage(empty, { not_root_id: [queued().root_id] }, queued())).toBe(empty)
  })

  test('by children, a child has the list read that its parent may now be in, whatever function it is of', () => {
    const filter: JobFilter = { has_children: true, function: 'mail' }
    const child = { ...queued(1, jobId(2)), parent_id: jobId(1) }
    expect([concerns(filter, child), concerns(filter, queued())]).toEqual([true, false])
    expect(isToRead(aPage(), aPage(), filter, child)).toBe(true)
  })

  test('by what its error is not, a row that fails has the list read', () => {
    const page = aPage(aJob({ status: 'active', seq: 2 }))
    for (const filter of [{ not_error: ['boom'] }, { not_fingerprint: ['0123456789abcdef'] }]) {
      const event = retrying(3)
      expect(isToRead(page, applyToPage(page, filter, event), filter, event)).toBe(true)
    }
  })

  test('it holds no more than its limit', () => {
    const jobs = Array.from({ length: LIVE_LIST_LIMIT }, (_, n) => aJob({ id: jobId(100 - n) }))
    const page = applyToPage(aPage(...jobs), {}, queued(1, jobId(200)))
    expect(page.jobs).toHaveLength(LIVE_LIST_LIMIT)
    expect(page.jobs[0]?.id).toBe(jobId(200))
    expect(page.has_more).toBe(true)
  })

  test('rows that did not change are the same objects', () => {
    const other = aJob({ id: jobId(7) })
    const page = applyToPage(aPage(other, aJob()), {}, started())
    expect(page.jobs[0]).toBe(other)
  })
})

describe('what an event says without saying it', () => {
  test('a retry and an interruption end the run; the error of the last attempt stays until a success', () => {
    const active = aJob({ status: 'active', seq: 2, started_at: '2026-01-01T10:00:05.000Z', error: 'boom', error_type: 'E' })
    expect(applyJobEvent(active, { ...queued(3), at: '2026-01-01T10:00:07.000Z', trigger: 'interrupted' })).toMatchObject({ status: 'queued', duration_ms: 2000, error: 'boom' })
    expect(applyJobEvent(active, started(4))).toMatchObject({ error: 'boom', error_type: 'E' })
  })
})

describe('whether the list has to be read', () => {
  const page = aPage(aJob({ status: 'active', seq: 2 }))
  const isRead = (event: JobEvent): boolean => isToRead(page, applyToPage(page, {}, event), {}, event)

  test('an end by success does not say its result, an interruption not how many there were', () => {
    expect(isRead(completed(3))).toBe(true)
    expect(isRead({ ...queued(3), trigger: 'interrupted' })).toBe(true)
  })

  test('a job that a loss interrupted is known to the server alone: no event makes a row of it, each has the list read', () => {
    const filter = { interrupted_by: 'w-1' }
    const empty = aPage()
    const event = started(2, jobId(7))
    expect(applyToPage(empty, filter, event)).toBe(empty)
    expect(isToRead(empty, empty, filter, event)).toBe(true)
  })

  test('a kind of failure is known to the server alone, but a job that went well has left it', () => {
    const filter = { fingerprint: '0123456789abcdef' }
    const retried = aPage(aJob({ status: 'active', seq: 2, error: 'boom', error_fingerprint: filter.fingerprint }))
    const event = completed(3)
    expect(applyToPage(retried, filter, event).jobs).toEqual([])
    expect(isToRead(aPage(), aPage(), filter, event)).toBe(true)
  })

  test('by duration, an end that does not say how long it took has the list read, other events do not', () => {
    const filter = { min_duration_ms: 2000 }
    const isReadBy = (event: JobEvent): boolean => isToRead(aPage(), applyToPage(aPage(), filter, event), filter, event)
    expect(isReadBy({ ...queued(3), trigger: 'interrupted' })).toBe(true)
    expect(isReadBy(queued())).toBe(false)
    expect(isReadBy(started())).toBe(false)
    expect(isReadBy({ ...completed(3), duration_ms: 100 })).toBe(false)
  })

  test.each<[JobFilter, JobEvent[], JobEvent[]]>([
    [{ min_wait_ms: 10 }, [completed(), retrying(), interrupted()], [queued(), started()]],
    [{ min_attempts: 2 }, [interrupted()], [queued(), started(), completed(), retrying(), cancelled()]],
    [{ not_worker_id: ['w-1'] }, [], [queued(), started(), completed(), interrupted(), cancelled()]],
    [{ not_function: ['resize'] }, [], [queued(), started(), completed()]],
    [{ not_tag: ['eu'] }, [queued(), started(), completed()], [progress(0.5)]],
    [{ pod: 'shop-7d' }, [started(), completed()], [progress(0.5)]],
    [{ version: '1.2' }, [started(), retrying()], [progress(0.5)]],
    [{ idempotency_key: 'order 7' }, [queued(), started()], [progress(0.5)]],
    [{ not_idempotency_key: ['order 7'] }, [queued(), started()], [progress(0.5)]],
    [{ argument: ['n:1'] }, [queued(), started()], [progress(0.5)]],
    [{ not_argument: ['n:1'] }, [queued(), completed()], [progress(0.5)]],
    [{ not_error: ['no answer'] }, [queued(), retrying()], [progress(0.5)]],
  ])('under %j, of a job that is not listed only what the event leaves open has the list read', (filter, open, said) => {
    const isReadBy = (event: JobEvent): boolean => {
      const empty = aPage()
      const after = applyToPage(empty, filter, event)
      return after === empty && isToRead(empty, after, filter, event)
    }
    expect(open.filter((event) => !isReadBy(event))).toEqual([])
    expect(said.filter(isReadBy)).toEqual([])
  })

  test('where an attempt begins no event says: what may be left out by it has the list read', () => {
    const page = aPage(aJob())
    const isReadBy = (filter: JobFilter, event: JobEvent): boolean => isToRead(page, applyToPage(page, filter, event), filter, event)
    expect(isReadBy({ not_pod: ['shop-7d'] }, started(3))).toBe(true)
    expect(isReadBy({ not_version: ['1.2'] }, started(3))).toBe(true)
    expect(isReadBy({ not_version: ['1.2'] }, retrying(3))).toBe(false)
  })

  test('what says everything, and what is known already, has nothing read', () => {
    expect(isRead(started(3))).toBe(false)
    expect(isRead(completed(2))).toBe(false)
  })
})

describe('the tree', () => {
  const tree = { jobs: [aJob(), aJob({ id: jobId(5), parent_id: jobId(1) })], total: 2, has_more: false }

  test('a row changes in place, and a child takes its place in time', () => {
    expect(applyToTimeline(tree, started(2, jobId(5))).jobs[1]).toMatchObject({ status: 'active' })
    expect(applyToTimeline(tree, { ...queued(1, jobId(3)), parent_id: jobId(1) })).toMatchObject({ total: 3, jobs: [{ id: jobId(1) }, { id: jobId(3) }, { id: jobId(5) }] })
  })

  test('a repeated event changes nothing; a tree not wholly read gets no new rows', () => {
    expect(applyToTimeline(tree, queued(1))).toBe(tree)
    const partly = { ...tree, has_more: true }
    expect(applyToTimeline(partly, queued(1, jobId(9)))).toBe(partly)
  })
})
