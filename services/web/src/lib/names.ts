import { JOB_ID_PATTERN, NAME_PATTERN } from '@/generated/inventory'

const JOB_ID = new RegExp(`^${JOB_ID_PATTERN}$`)
const NAME = new RegExp(`^${NAME_PATTERN}$`)
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

export const isJobId = (value: string): boolean => JOB_ID.test(value)
export const isName = (value: string): boolean => NAME.test(value)

/** The creation time a job id carries (a ULID begins with its milliseconds). */
export function createdAtOf(jobId: string): string | null {
  if (!isJobId(jobId)) return null
  const ms = [...jobId.slice(4, 14)].reduce((total, digit) => total * 32 + CROCKFORD.indexOf(digit), 0)
  const at = new Date(ms)
  return Number.isNaN(at.getTime()) ? null : at.toISOString()
}

/** Ids differ at their end and group by their beginning: shorten in the middle. */
export const shortened = (id: string, head = 8, tail = 6): string =>
  id.length <= head + tail + 1 ? id : `${id.slice(0, head)}…${id.slice(-tail)}`
