// Places in the arguments of jobs, as `order.id`.
import type { Job } from '@/features/jobs/api'
import { isRecord } from '@/lib/record'

const PATH = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}\p{N}_]+)*$/u
const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u
const LONGEST_PATH = 64
const DEEPEST = 3

/** As the server takes it. */
export const isArgumentPath = (text: string): boolean => text.length <= LONGEST_PATH && PATH.test(text)

/** What is at a path of a job's arguments, as the server walks it. */
export const valueAt = (kwargs: unknown, path: string): unknown =>
  path.split('.').reduce((value: unknown, name) => {
    if (Array.isArray(value)) {
      const list: readonly unknown[] = value
      return /^\d+$/.test(name) ? list[Number(name)] : undefined
    }
    return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }, kwargs)

/** As it is searched for; null of what is no one value. */
export function scalarText(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value
  return value === undefined || typeof value === 'object' ? null : JSON.stringify(value)
}

/** The paths that lead to one value, as some jobs have them, the shortest first. */
export function pathsOf(jobs: readonly Pick<Job, 'kwargs'>[]): string[] {
  const paths = new Set<string>()
  const walk = (value: unknown, path: readonly string[]): void => {
    if (isRecord(value) && path.length < DEEPEST) for (const [name, inner] of Object.entries(value)) if (NAME.test(name)) walk(inner, [...path, name])
    if (scalarText(value) !== null) paths.add(path.join('.'))
  }
  for (const { kwargs } of jobs) walk(kwargs, [])
  return [...paths].filter(isArgumentPath).toSorted((a, b) => a.split('.').length - b.split('.').length || (a < b ? -1 : 1))
}
