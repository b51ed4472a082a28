import '@/ui/versions.css'
import { count } from '@/lib/format'
import { newestOf, versionsOf, type Running } from '@/lib/versions'

interface VersionsProps {
  readonly instances: readonly Running[]
  /** In a column that is called so, without words. */
  readonly isBare?: boolean
}

/** Which versions run; two at once are a rollout, each in its tone and its word. */
export function Versions({ instances, isBare = false }: VersionsProps) {
  const versions = versionsOf({ instances })
  const newest = newestOf(instances)
  if (versions.length === 0) return null
  if (versions.length === 1)
    return (
      <span className="faint">
        {isBare ? '' : 'Version '}
        {versions[0]?.version}
      </span>
    )
  return (
    <span className="rollout">
      <span className={isBare ? 'visually-hidden' : 'status status-retrying'}>Rolling over:</span>
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
