import { useQuery } from '@tanstack/react-query'
import { Download, File } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { artifactContentQuery, type Artifact } from '@/features/jobs/api'
import { bytes } from '@/lib/format'
import { Time } from '@/ui/time'

const PREVIEW_LIMIT_BYTES = 2_000_000
const isImage = (artifact: Artifact): boolean => artifact.type.startsWith('image/') && artifact.type !== 'image/svg'
const isText = (artifact: Artifact): boolean => artifact.type === 'text' || artifact.type === 'json' || artifact.type === 'file/csv'

export function ArtifactGallery({ artifacts }: { artifacts: readonly Artifact[] }) {
  return (
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
            <DownloadArtifact artifact={artifact} />
          </div>
        </li>
      ))}
    </ul>
  )
}

function Preview({ artifact }: { artifact: Artifact }) {
  const isSmall = artifact.size_bytes === null || artifact.size_bytes <= PREVIEW_LIMIT_BYTES
  if (isSmall && isImage(artifact)) return <ImagePreview artifact={artifact} />
  if (isSmall && isText(artifact)) return <TextPreview artifact={artifact} />
  return (
    <div className="artifact-view">
      <File aria-hidden />
    </div>
  )
}

/** Content is fetched, not linked: the key travels in a header, which an <img> cannot send. */
function ImagePreview({ artifact }: { artifact: Artifact }) {
  const { data, error } = useQuery(artifactContentQuery(artifact.id))
  const image = useRef<HTMLImageElement>(null)
  useEffect(() => {
    if (!data || !image.current) return
    const url = URL.createObjectURL(data)
    image.current.src = url
    return () => {
      URL.revokeObjectURL(url)
    }
  }, [data])
  return <div className="artifact-view">{data ? <img ref={image} alt={artifact.name} /> : <span>{error ? error.message : 'Loading'}</span>}</div>
}

function TextPreview({ artifact }: { artifact: Artifact }) {
  const content = useQuery(artifactContentQuery(artifact.id))
  const [text, setText] = useState<string | null>(null)
  useEffect(() => {
    let isCurrent = true
    void content.data?.text().then((read) => {
      if (isCurrent) setText(read.slice(0, 4000))
    })
    return () => {
      isCurrent = false
    }
  }, [content.data])
  return (
    <div className="artifact-view">
      {text === null ? <span>{content.error ? content.error.message : 'Loading'}</span> : <pre className="code" role="region" aria-label={artifact.name} tabIndex={0}>{text}</pre>}
    </div>
  )
}

function DownloadArtifact({ artifact }: { artifact: Artifact }) {
  const content = useQuery({ ...artifactContentQuery(artifact.id), enabled: false })
  const save = async (): Promise<void> => {
    const { data } = await content.refetch()
    if (!data) return
    const url = URL.createObjectURL(data)
    const link = Object.assign(document.createElement('a'), { href: url, download: artifact.name })
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <button type="button" className="link-button" style={{ justifySelf: 'start' }} onClick={() => void save()}>
      <Download size={12} aria-hidden /> Download
    </button>
  )
}
