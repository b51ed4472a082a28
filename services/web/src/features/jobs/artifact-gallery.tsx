import { useQuery } from '@tanstack/react-query'
import { Download, File, Maximize2 } from 'lucide-react'
import { artifactContentQuery, type Artifact } from '@/features/jobs/api'
import { ArtifactView, BlobImage, isShown, readingOf, useText } from '@/features/jobs/artifact-view'
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
  const shown = artifacts.find(({ id }) => id === opened)
  return (
    <>
      <ul className="gallery" aria-label="Artifacts" style={{ listStyle: 'none', margin: 0 }}>
        {artifacts.map((artifact) => (
          <li key={artifact.id} className="artifact fresh">
            <Preview artifact={artifact} />
            <div className="artifact-text">
              <strong title={artifact.name}>{artifact.name}</strong>
              <span className="faint num">
                {artifact.type} · {bytes(artifact.size_bytes)}
              </span>
              <span className="faint">
                <Time at={artifact.created_at} />
              </span>
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
        {shown ? <ArtifactView key={shown.id} artifact={shown} /> : null}
      </Dialog>
    </>
  )
}

const IN_SMALL_CHARS = 4000

function Preview({ artifact }: { artifact: Artifact }) {
  const reading = isShown(artifact) && readingOf(artifact.type) !== 'pdf' ? readingOf(artifact.type) : 'file'
  const { data, error } = useQuery({ ...artifactContentQuery(artifact.id), enabled: reading !== 'file' })
  const text = useText(reading === 'image' ? undefined : data)
  if (reading === 'file')
    return (
      <div className="artifact-view">
        <File aria-hidden />
      </div>
    )
  if (reading === 'image') return <div className="artifact-view">{data ? <BlobImage blob={data} name={artifact.name} /> : <span>{error ? error.message : 'Loading'}</span>}</div>
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
