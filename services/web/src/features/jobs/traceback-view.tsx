import '@/features/jobs/traceback-view.css'
import { libraryOf, parseTraceback, type Frame, type TracebackPart } from '@/features/jobs/traceback'

/** The reader's frames open, the libraries' folded. */
export function TracebackView({ text }: { text: string }) {
  return (
    <div className="traceback" role="region" aria-label="Traceback" tabIndex={0}>
      {parseTraceback(text).map((part, index) => (
        <Part key={index} part={part} />
      ))}
    </div>
  )
}

function Part({ part }: { part: TracebackPart }) {
  if (part.kind === 'text') return <pre className="traceback-text">{part.text}</pre>
  if (!part.isLibrary) return part.frames.map((frame, index) => <FrameView key={index} frame={frame} />)
  const libraries = [...new Set(part.frames.map((frame) => libraryOf(frame.file)))]
  return (
    <details className="traceback-folded">
      <summary>
        {part.frames.length} {part.frames.length === 1 ? 'frame' : 'frames'} in {libraries.join(', ')}
      </summary>
      {part.frames.map((frame, index) => (
        <FrameView key={index} frame={frame} />
      ))}
    </details>
  )
}

function FrameView({ frame }: { frame: Frame }) {
  return (
    <div className="traceback-frame">
      <p>
        <span className="traceback-file" title={frame.file}>
          {frame.file}:<b>{frame.line}</b>
        </span>{' '}
        in <b>{frame.name}</b>
      </p>
      {frame.code.length > 0 ? <pre>{frame.code.join('\n')}</pre> : null}
    </div>
  )
}
