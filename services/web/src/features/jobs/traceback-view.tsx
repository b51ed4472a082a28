import '@/features/jobs/traceback-view.css'
import type { ReactNode } from 'react'
import { CodeLink } from '@/features/code/code-link'
import { libraryOf, parseTraceback, type Frame, type TracebackPart } from '@/features/jobs/traceback'

/** The reader's frames open, each a door to its line, the libraries' folded. `version` is of the code that ran. */
export function TracebackView({ text, version }: { text: string; version: string | null }) {
  return (
    <div className="traceback" role="region" aria-label="Traceback" tabIndex={0}>
      {parseTraceback(text).map((part, index) => (
        <Part key={index} part={part} version={version} />
      ))}
    </div>
  )
}

function Part({ part, version }: { part: TracebackPart; version: string | null }) {
  if (part.kind === 'text') return <pre className="traceback-text">{part.text}</pre>
  if (!part.isLibrary) return part.frames.map((frame, index) => <FrameView key={index} frame={frame} at={<CodeLink place={frame} version={version}><FrameAt frame={frame} /></CodeLink>} />)
  const libraries = [...new Set(part.frames.map((frame) => libraryOf(frame.file)))]
  return (
    <details className="traceback-folded">
      <summary>
        {part.frames.length} {part.frames.length === 1 ? 'frame' : 'frames'} in {libraries.join(', ')}
      </summary>
      {part.frames.map((frame, index) => (
        <FrameView key={index} frame={frame} at={<FrameAt frame={frame} />} />
      ))}
    </details>
  )
}

const FrameAt = ({ frame }: { frame: Frame }) => (
  <span className="traceback-file" title={frame.file}>
    {frame.file}:<b>{frame.line}</b>
  </span>
)

function FrameView({ frame, at }: { frame: Frame; at: ReactNode }) {
  return (
    <div className="traceback-frame">
      <p>
        {at} in <b>{frame.name}</b>
      </p>
      {frame.code.length > 0 ? <pre>{frame.code.join('\n')}</pre> : null}
    </div>
  )
}
