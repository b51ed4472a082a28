import type { Artifact } from '@/features/jobs/api'
import type { Versions } from '@/features/jobs/artifact-versions'
import { clockTime } from '@/lib/format'

interface VersionScrubberProps {
  readonly versions: Versions
  readonly shown: Artifact
  readonly onShow: (id: string) => void
}

/** From the first version to the newest; arrows move it, Home and End go to the ends. Nothing where there is only one. */
export function VersionScrubber({ versions: { name, all }, shown, onShow }: VersionScrubberProps) {
  if (all.length === 1) return null
  const place = all.findIndex(({ id }) => id === shown.id) + 1
  const text = `${String(place)} of ${String(all.length)}`
  return (
    <span className="versions">
      <input
        type="range"
        min={1}
        max={all.length}
        value={place}
        aria-label={`Version of ${name}`}
        aria-valuetext={`version ${text}, stored at ${clockTime(shown.created_at)}`}
        onChange={(event) => {
          const next = all[Number(event.target.value) - 1]
          if (next) onShow(next.id)
        }}
      />
      <span className="num faint">version {text}</span>
    </span>
  )
}
