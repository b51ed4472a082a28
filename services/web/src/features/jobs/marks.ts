// What the timeline marks on each job beside its life, for the rows in sight: one question for all of them.
import type { JobMarksOut } from '@/generated/rest'
import { getJson } from '@/lib/api-client'
import { askedTogether } from '@/lib/asked-together'

export type JobMarks = Readonly<JobMarksOut>
export type LogMark = JobMarks['lines'][number]

async function ask(ids: readonly string[]): Promise<ReadonlyMap<string, JobMarks>> {
  const { jobs } = await getJson('/jobs/marks', { query: { job_id: ids } })
  return new Map(jobs.map((one) => [one.job_id, one]))
}

/** As many as the server tells of at once; rows that come one by one while the tree is scrolled wait for each other. */
export const marksOf = askedTogether({ ask, most: 50, gatherMs: 20, intervalMs: 500 })
