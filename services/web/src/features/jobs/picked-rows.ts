// The jobs somebody picked, wherever they were shown. A store of its own, not the cache: a box is ticked in the same moment it is clicked.
import type { Job } from '@/features/jobs/api'
import { credential } from '@/lib/credential'

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

class Picks {
  private rows = NONE
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
    this.listeners.forEach((listener) => {
      listener()
    })
  }
}

export const picks = new Picks()

// Rows say what the key that read them may see: with another one they are gone.
let reader = credential.get().key
credential.subscribe(() => {
  const { key } = credential.get()
  if (key === reader) return
  reader = key
  picks.change(() => NONE)
})
