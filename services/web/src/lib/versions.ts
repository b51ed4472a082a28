// Which versions of some code run, of the instances that are there.

export interface Running {
  readonly version: string | null
  readonly started_at: string
  /** Of a worker; of an API only those are told that are there. */
  readonly state?: string
}

/** A stream of the release before says no version of an API's instances. */
const isThere = ({ version, state }: Running): boolean => Boolean(version) && state !== 'lost'

/** Each with how many run it: two of them are a rollout under way. */
export function versionsOf({ instances }: { readonly instances: readonly Running[] }): { version: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const one of instances) if (one.version && isThere(one)) counts.set(one.version, (counts.get(one.version) ?? 0) + 1)
  return [...counts].map(([version, count]) => ({ version, count })).sort((a, b) => b.count - a.count)
}

/** The version that began last. */
export const newestOf = (instances: readonly Running[]): string | null =>
  instances.filter(isThere).toSorted((a, b) => b.started_at.localeCompare(a.started_at))[0]?.version ?? null
