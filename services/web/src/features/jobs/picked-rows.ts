// The jobs somebody picked, wherever they were shown. A store of its own, not the cache: a box is ticked in the same moment it is clicked.
import type { Job } from '@/features/jobs/api'
import { ofTab } from '@/lib/browser-storage'
import { credential } from '@/lib/credential'
import { isJobId } from '@/lib/names'

export interface PickedRows {
  readonly jobs: readonly Job[]
  /** They alone are shown, whatever the list is asked for. */
  readonly isOnly: boolean
}

/** As many as a bulk action takes that are named one by one. */
export const MOST_PICKED = 1000

export const NONE: PickedRows = { jobs: [], isOnly: false }

/** The newest first, each once; what is past the bound is left. */
export function withPicked(picked: PickedRows, more: readonly Job[]): PickedRows {
  const known = new Set(picked.jobs.map(({ id }) => id))
  const added = more.filter(({ id }) => !known.has(id)).slice(0, MOST_PICKED - picked.jobs.length)
  return added.length === 0 ? picked : { ...picked, jobs: [...picked.jobs, ...added].sort((a, b) => (a.id < b.id ? 1 : -1)) }
}

/** Without any there is nothing to show only those of. */
export function withoutPicked(picked: PickedRows, ids: readonly string[]): PickedRows {
  const gone = new Set(ids)
  const jobs = picked.jobs.filter(({ id }) => !gone.has(id))
  return jobs.length === 0 ? NONE : { ...picked, jobs }
}

/** For a reload of this tab the ids alone are kept: rows hold what no storage should, and are old by then. */
const STORED = 'picked-jobs'
export const readIds = (text: string | null): readonly string[] => (text ?? '').split(' ').filter(isJobId).slice(0, MOST_PICKED)

export class Picks {
  private rows = NONE
  /** Picked before the page was loaded, and not read since. */
  private unread = readIds(ofTab.read(STORED))
  private isReading = false
  private readonly listeners = new Set<() => void>()

  get = (): PickedRows => this.rows

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  change(to: (rows: PickedRows) => PickedRows): void {
    const rows = to(this.rows)
    if (rows === this.rows) return
    this.rows = rows
    this.keep()
    this.listeners.forEach((listener) => {
      listener()
    })
  }

  drop = (): void => {
    this.unread = []
    this.change(() => NONE)
    this.keep()
  }

  /** Brings back what was picked before a reload, as far as it is still there. What cannot be read now is kept for the next time. */
  async restore(read: (ids: readonly string[]) => Promise<readonly Job[]>): Promise<void> {
    if (this.isReading || this.unread.length === 0) return
    this.isReading = true
    const asked = this.unread
    try {
      const jobs = await read(asked)
      // Unless all were dropped meanwhile.
      if (this.unread !== asked) return
      this.unread = []
      this.change((rows) => withPicked(rows, jobs))
      this.keep()
    } catch {
      // The list beside it says that the server is away, or refuses.
    } finally {
      this.isReading = false
    }
  }

  private keep(): void {
    const ids = [...new Set([...this.rows.jobs.map(({ id }) => id), ...this.unread])]
    ofTab.write(STORED, ids.length === 0 ? null : ids.slice(0, MOST_PICKED).join(' '))
  }
}

export const picks = new Picks()

// Rows say what the key that read them may see: with another one they are gone.
let reader = credential.get().key
credential.subscribe(() => {
  const { key } = credential.get()
  if (key === reader) return
  reader = key
  picks.drop()
})
