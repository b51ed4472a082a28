// What is in an artifact, whole, as its type is best read. Nothing of it runs: markup stands in a frame that may do nothing.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { artifactContentQuery, type Artifact } from '@/features/jobs/api'
import { isShown, mediaTypeOf, readingOf } from '@/features/jobs/artifact-reading'
import { BlobMedia } from '@/features/jobs/blob-media'
import { CsvTable } from '@/features/jobs/csv-table'
import { MarkdownView } from '@/features/jobs/markdown-view'
import { useMarkdown } from '@/features/jobs/use-markdown'
import { plotKindOf } from '@/features/plots/plot-kind'
import { PlotOnDemand } from '@/features/plots/plot-on-demand'
import { bytes } from '@/lib/format'
import { JsonTree } from '@/ui/json-tree'
import { QueryView } from '@/ui/query-view'

// As the server sends it with: a page of a job's making asks nobody for anything.
const NOTHING_FETCHED = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'; img-src data:">'

export function ArtifactView({ artifact }: { artifact: Artifact }) {
  const content = useQuery({ ...artifactContentQuery(artifact.id), enabled: isShown(artifact) })
  if (!isShown(artifact)) return <p className="faint">What is in it ({bytes(artifact.size_bytes)} of {artifact.type}) is not shown here. Download it.</p>
  return <QueryView query={content}>{(blob) => <Content blob={blob} artifact={artifact} />}</QueryView>
}

function Content({ blob, artifact }: { blob: Blob; artifact: Artifact }) {
  switch (readingOf(artifact)) {
    case 'audio':
    case 'video':
      return <BlobMedia blob={blob} type={mediaTypeOf(artifact) ?? artifact.content_type} name={artifact.name} />
    case 'image':
      return <BlobImage blob={blob} name={artifact.name} />
    case 'pdf':
      return <BlobPdf blob={blob} name={artifact.name} />
    default:
      return <BlobText blob={blob} artifact={artifact} />
  }
}

/** Whatever the bytes are, they are given to the viewer as a PDF and to nobody as a page; it runs apart from this one. A sandbox, or a policy of the
 * frame's own, would keep Chromium's from opening. */
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
  switch (readingOf(artifact)) {
    case 'markdown':
      return <Markdown text={text} label={artifact.name} />
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

function Markdown({ text, label }: { text: string; label: string }) {
  const tokens = useMarkdown(text)
  if (tokens === undefined) return <span className="faint">Loading</span>
  return tokens === null ? <PlainText text={text} label={label} /> : <MarkdownView tokens={tokens} label={label} />
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
  if (!parsed) return <PlainText text={text} label={label} />
  const plot = plotKindOf(parsed.value)
  return plot ? <PlotOnDemand kind={plot} value={parsed.value} label={label} /> : <JsonTree value={parsed.value} label={label} />
}

const PlainText = ({ text, label }: { text: string; label: string }) => (
  <pre className="code" role="region" aria-label={label} tabIndex={0}>
    {text}
  </pre>
)
