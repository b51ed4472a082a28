// Artifacts of one name are versions of one thing.
import type { Artifact } from '@/features/jobs/api'

export interface Versions {
  readonly name: string
  /** Oldest first; at least one. */
  readonly all: readonly [Artifact, ...Artifact[]]
}

/** In the order in which their first versions came: nothing moves when there is another. */
export function versionsOf(artifacts: readonly Artifact[]): Versions[] {
  const byName = new Map<string, [Artifact, ...Artifact[]]>()
  for (const artifact of artifacts) {
    const known = byName.get(artifact.name)
    if (known) known.push(artifact)
    else byName.set(artifact.name, [artifact])
  }
  return [...byName].map(([name, all]) => ({ name, all }))
}

/** The one with this id; the newest where there is none such, or none was chosen. */
export const versionAt = ({ all }: Versions, id: string | undefined): Artifact => all.find((one) => one.id === id) ?? all.at(-1) ?? all[0]
