import { useQuery } from '@tanstack/react-query'
import { Download, File, FileAudio, FileVideo, Maximize2, type LucideIcon } from 'lucide-react'
import { useMemo, useState } from 'react'
import { artifactContentQuery, type Artifact } from '@/features/jobs/api'
import { isPreviewed, isShown, readingOf, type Reading } from '@/features/jobs/artifact-reading'
import { versionAt, versionsOf, type Versions } from '@/features/jobs/artifact-versions'
import { ArtifactView, BlobImage, useText } from '@/features/jobs/artifact-view'
import { VersionScrubber } from '@/features/jobs/version-scrubber'
import { plotIn } from '@/features/plots/plot-kind'
import { PlotInSmallOnDemand } from '@/features/plots/plot-on-demand'
import { bytes } from '@/lib/format'
import { saveFile } from '@/lib/save-file'
import { Dialog } from '@/ui/dialog'
import { Time } from '@/ui/time'

interface ArtifactGalleryProps {
  readonly artifacts: readonly Artifact[]
  /** The one shown whole. */
  readonly opened: string | undefined
  readonly onShow: (id: string | undefined) => void
}

export function ArtifactGallery({ artifacts, opened, onShow }: ArtifactGalleryProps) {
  const things = versionsOf(artifacts)
  const whole = things.find(({ all }) => all.some(({ id }) => id === opened))
  const shown = whole && versionAt(whole, opened)
  return (
    <>
      <ul className="gallery" aria-label="Artifacts" style={{ listStyle: 'none', margin: 0 }}>
        {things.map((versions) => (
          <Item key={versions.name} versions={versions} onShow={onShow} />
        ))}
      </ul>
      <Dialog
        title={shown?.name ?? 'Artifact'}
        open={shown !== undefined}
        className="artifact-whole"
        onClose={() => {
          onShow(undefined)
        }}
      >
        {whole && shown ? (
          <>
            <VersionScrubber versions={whole} shown={shown} onShow={onShow} />
            <ArtifactView key={shown.id} artifact={shown} />
          </>
        ) : null}
      </Dialog>
    </>
  )
}

/** The newest version, until another is chosen. */
function Item({ versions, onShow }: { versions: Versions; onShow: (id: string) => void }) {
  const [chosen, setChosen] = useState<string>()
  const artifact = versionAt(versions, chosen)
  return (
    <li className="artifact fresh">
      <Preview key={artifact.id} artifact={artifact} />
      <div className="artifact-text">
        <strong title={artifact.name}>{artifact.name}</strong>
        <span className="faint num">
          {artifact.type} · {bytes(artifact.size_bytes)}
        </span>
        <span className="faint">
          <Time at={artifact.created_at} />
        </span>
        <VersionScrubber versions={versions} shown={artifact} onShow={setChosen} />
        <span className="artifact-doings">
          {isShown(artifact) ? (
            <button
              type="button"
              className="link-button"
              aria-label={`Open ${artifact.name}`}
              onClick={() => {
                onShow(artifact.id)
              }}
            >
              <Maximize2 size={12} aria-hidden /> Open
            </button>
          ) : null}
          <DownloadArtifact artifact={artifact} />
        </span>
      </div>
    </li>
  )
}

const ICONS: Partial<Record<Reading, LucideIcon>> = { audio: FileAudio, video: FileVideo }

const IN_SMALL_CHARS = 4000

function Preview({ artifact }: { artifact: Artifact }) {
  const reading = readingOf(artifact)
  const isSeen = isPreviewed(artifact)
  const { data, error } = useQuery({ ...artifactContentQuery(artifact.id), enabled: isSeen })
  const text = useText(reading === 'image' ? undefined : data)
  const plot = useMemo(() => (reading === 'json' && text !== null ? plotIn(text) : null), [reading, text])
  const Icon = ICONS[reading] ?? File
  if (!isSeen)
    return (
      <div className="artifact-view">
        <Icon aria-hidden />
      </div>
    )
  if (reading === 'image') return <div className="artifact-view">{data ? <BlobImage blob={data} name={artifact.name} /> : <span>{error ? error.message : 'Loading'}</span>}</div>
  if (plot)
    return (
      <div className="artifact-view">
        <PlotInSmallOnDemand {...plot} />
      </div>
    )
  return (
    <div className="artifact-view">
      {text === null ? (
        <span>{error ? error.message : 'Loading'}</span>
      ) : (
        <pre className="code" role="region" aria-label={artifact.name} tabIndex={0}>
          {text.slice(0, IN_SMALL_CHARS)}
        </pre>
      )}
    </div>
  )
}

function DownloadArtifact({ artifact }: { artifact: Artifact }) {
  const content = useQuery({ ...artifactContentQuery(artifact.id), enabled: false })
  const save = async (): Promise<void> => {
    const { data } = await content.refetch()
    if (data) saveFile(artifact.name, data)
  }
  return (
    <button type="button" className="link-button" onClick={() => void save()}>
      <Download size={12} aria-hidden /> Download
    </button>
  )
}
