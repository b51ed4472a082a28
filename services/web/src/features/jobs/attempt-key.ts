// An attempt as a row of the tree, and in the address: its job and its number.
const ATTEMPT = /^(job_\w+)#(\d{1,7})$/

export const attemptKey = (jobId: string, attempt: number): string => `${jobId}#${String(attempt)}`

/** The attempt of this job a row is; null of every other row. */
export function attemptAt(key: string | undefined, jobId: string): number | null {
  const [, id, attempt] = ATTEMPT.exec(key ?? '') ?? []
  return id === jobId ? Number(attempt) : null
}
