import type { WorkerInstance } from '@/features/workers/api'
import { versionsOf } from '@/features/workers/fleet'
import { count } from '@/lib/format'

/** The version that began last. */
export const newestOf = (instances: readonly WorkerInstance[]): string | null =>
  instances.filter(({ version, state }) => version !== null && state !== 'lost').toSorted((a, b) => b.started_at.localeCompare(a.started_at))[0]?.version ?? null

/** Which versions run; two at once are a rollout, each in its tone and its word. */
export function Versions({ instances }: { instances: readonly WorkerInstance[] }) {
  const versions = versionsOf({ instances })
  const newest = newestOf(instances)
  if (versions.length === 0) return null
  if (versions.length === 1) return <span className="faint">Version {versions[0]?.version}</span>
  return (
    <span className="rollout">
      <span className="status status-retrying">Rolling over:</span>
      {versions.map(({ version, count: many }) => (
        <span key={version} className="num">
          <VersionName version={version} isNew={version === newest} /> ×{count(many)}
        </span>
      ))}
    </span>
  )
}

export function VersionName({ version, isNew }: { version: string; isNew: boolean }) {
  return (
    <>
      <i className="version-mark" data-new={isNew || undefined} aria-hidden /> {version}
      {isNew ? <span className="faint"> new</span> : null}
    </>
  )
}
