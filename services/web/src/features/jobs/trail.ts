// The list a job was opened from, so that its page can go on to the next one.
let trail: readonly string[] = []

export const leaveTrail = (ids: readonly string[]): void => {
  trail = ids
}

export interface Neighbours {
  readonly previous: string | null
  readonly next: string | null
}

/** In the list's order; of a job that is not of the list, none. */
export function neighboursOf(id: string): Neighbours {
  const at = trail.indexOf(id)
  return at === -1 ? { previous: null, next: null } : { previous: trail[at - 1] ?? null, next: trail[at + 1] ?? null }
}
