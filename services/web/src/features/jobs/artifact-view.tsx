// What is in an artifact, whole, as its type is best read. Nothing of it runs: markup stands in a frame that may do nothing.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { artifactContentQuery, type Artifact } from '@/features/jobs/api'
import { CsvTable } from '@/features/jobs/csv-table'
import { bytes } from '@/lib/format'
import { JsonTree } from '@/ui/json-tree'
import { QueryView } from '@/ui/query-view'

export const SHOWN_LIMIT_BYTES = 2_000_000

// As the server sends it with: a page of a job's making asks nobody for anything.
const NOTHING_FETCHED = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:">'

export type Reading = 'image' | 'json' | 'csv' | 'html' | 'pdf' | 'text' | 'file'

export function readingOf(type: string): Reading {
  if (type.startsWith('image/')) return 'image'
  if (type === 'json') return 'json'
  if (type === 'file/csv') return 'csv'
  if (type === 'file/html') return 'html'
  if (type === 'file/pdf') return 'pdf'
  return type === 'text' || type === 'file/xml' ? 'text' : 'file'
}

/** A PDF is drawn by the browser, page by page: only what is drawn here has a limit. */
export const isShown = ({ type, size_bytes: size }: Pick<Artifact, 'type' | 'size_bytes'>): boolean =>
  readingOf(type) === 'pdf' || (readingOf(type) !== 'file' && (size ?? 0) <= SHOWN_LIMIT_BYTES)

export function ArtifactView({ artifact }: { artifact: Artifact }) {
  const content = useQuery({ ...artifactContentQuery(artifact.id), enabled: isShown(artifact) })
  if (!isShown(artifact)) return <p className="faint">What is in it ({bytes(artifact.size_bytes)} of {artifact.type}) is not shown here. Download it.</p>
  return <QueryView query={content}>{(blob) => <Content blob={blob} artifact={artifact} />}</QueryView>
}

function Content({ blob, artifact }: { blob: Blob; artifact: Artifact }) {
  switch (readingOf(artifact.type)) {
    case 'image':
      return <BlobImage blob={blob} name={artifact.name} />
    case 'pdf':
      return <BlobPdf blob={blob} name={artifact.name} />
    default:
      return <BlobText blob={blob} artifact={artifact} />
  }
}

/** Whatever the bytes are, they are given to the viewer as a PDF and to nobody as a page; it runs apart from this one. A sandbox would keep it from opening. */
function BlobPdf({ blob, name }: { blob: Blob; name: string }) {
  const frame = useRef<HTMLIFrameElement>(null)
  useEffect(() => {
    if (!frame.current) return
    const url = URL.createObjectURL(new Blob([blob], { type: 'application/pdf' }))
    frame.current.src = url
    return () => {
      URL.revokeObjectURL(url)
    }
  }, [blob])
  if (!navigator.pdfViewerEnabled) return <p className="faint">This browser shows no PDF by itself. Download it.</p>
  return <iframe ref={frame} className="artifact-frame" title={name} />
}

/** Content is fetched, not linked: the key travels in a header, which an <img> cannot send. An image runs no script, an SVG neither. */
export function BlobImage({ blob, name }: { blob: Blob; name: string }) {
  const image = useRef<HTMLImageElement>(null)
  useEffect(() => {
    if (!image.current) return
    const url = URL.createObjectURL(blob)
    image.current.src = url
    return () => {
      URL.revokeObjectURL(url)
    }
  }, [blob])
  return <img ref={image} alt={name} />
}

/** Null until it is read. */
export function useText(blob: Blob | undefined): string | null {
  const [text, setText] = useState<string | null>(null)
  useEffect(() => {
    let isCurrent = true
    void blob?.text().then((read) => {
      if (isCurrent) setText(read)
    })
    return () => {
      isCurrent = false
    }
  }, [blob])
  return text
}

function BlobText({ blob, artifact }: { blob: Blob; artifact: Artifact }) {
  const text = useText(blob)
  if (text === null) return <span className="faint">Loading</span>
  switch (readingOf(artifact.type)) {
    case 'csv':
      return <CsvTable text={text} label={artifact.name} />
    case 'html':
      return <iframe className="artifact-frame" title={artifact.name} sandbox="" srcDoc={NOTHING_FETCHED + text} />
    case 'json':
      return <ParsedJson text={text} label={artifact.name} />
    default:
      return <PlainText text={text} label={artifact.name} />
  }
}

function ParsedJson({ text, label }: { text: string; label: string }) {
  const parsed = useMemo((): { value: unknown } | null => {
    try {
      const value: unknown = JSON.parse(text)
      return { value }
    } catch {
      return null
    }
  }, [text])
  return parsed ? <JsonTree value={parsed.value} label={label} /> : <PlainText text={text} label={label} />
}

const PlainText = ({ text, label }: { text: string; label: string }) => (
  <pre className="code" role="region" aria-label={label} tabIndex={0}>
    {text}
  </pre>
)
