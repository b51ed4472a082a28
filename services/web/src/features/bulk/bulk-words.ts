// What a bulk action is called, and how far it is, in words.
import * as v from 'valibot'
import type { BulkAction, BulkKind } from '@/features/bulk/api'
import { wordsOf } from '@/features/jobs/filter-words'
import { filterIn, type JobFilter } from '@/features/jobs/job-filter'
import { filterSearch } from '@/features/jobs/job-search'
import { count } from '@/lib/format'
import { rangeSearch, type RangeSearch } from '@/lib/range'

export interface Words {
  readonly verb: string
  readonly done: string
  /** Which jobs of those a filter finds, and what is said where there is none of them. */
  readonly of: string
  readonly none: string
  /** What it means for them, said before it is done to more than one. */
  readonly means: string
  /** What is said for leaving it. */
  readonly notDoing: string
}

export const WORDS: Readonly<Record<BulkKind, Words>> = {
  cancel: {
    verb: 'Cancel',
    done: 'cancelled',
    of: 'wait or run',
    none: 'None of the jobs that match waits or runs.',
    means: 'Those that wait never start; those that run are asked to stop. None of them goes on later.',
    notDoing: 'Keep them',
  },
  retry: {
    verb: 'Re-run',
    done: 're-run',
    of: 'have ended',
    none: 'None of the jobs that match has ended.',
    means: 'Each becomes a new job with the same arguments, which does its work once more. Those that ended stay as they are.',
    notDoing: 'Leave them',
  },
}

export const jobs = (n: number): string => (n === 1 ? '1 job' : `${count(n)} jobs`)

export const titleOf = ({ name, action, total }: Pick<BulkAction, 'name' | 'action' | 'total'>): string => name ?? `${WORDS[action].verb} ${jobs(total)}`

export const STATE_WORDS: Readonly<Record<BulkAction['state'], string>> = { draft: 'Not started', running: 'Running', stopped: 'Stopped', done: 'Done' }

/** `812 of 1,204 re-run, 3 skipped`. */
export function becameOf({ action, done, skipped, total }: Pick<BulkAction, 'action' | 'done' | 'skipped' | 'total'>): string {
  const made = `${count(done)} of ${count(total)} ${WORDS[action].done}`
  return skipped > 0 ? `${made}, ${count(skipped)} skipped` : made
}

export const behind = ({ done, skipped, total }: Pick<BulkAction, 'done' | 'skipped' | 'total'>): number => (total === 0 ? 1 : (done + skipped) / total)

/** Those it was asked for, as the list of jobs is; what cannot be read of it, for want of a scope or in this version, is left out. */
export function askedOf(action: Pick<BulkAction, 'filter'>): { readonly filter: JobFilter; readonly range: RangeSearch } {
  return { filter: filterIn(v.parse(filterSearch, action.filter)), range: v.parse(rangeSearch, action.filter) }
}

/** Whether its jobs were named, and no filter was asked by. */
export const isPicked = ({ picked }: Pick<BulkAction, 'picked'>): boolean => typeof picked === 'number'

export const askedText = (action: Pick<BulkAction, 'filter' | 'picked'>): string => (isPicked(action) ? 'Picked by hand' : filterText(askedOf(action).filter))

export function filterText(filter: JobFilter): string {
  const words = wordsOf(filter).map(({ text }) => text)
  return words.length > 0 ? words.join(' · ') : 'Every job'
}
