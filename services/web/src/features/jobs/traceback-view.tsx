import '@/features/jobs/traceback-view.css'
import type { ReactNode } from 'react'
import { CodeLink } from '@/features/code/code-link'
import { placeLocals, type Locals, type Placed } from '@/features/jobs/frame-locals'
import { FrameLocalsView } from '@/features/jobs/frame-locals-view'
import { libraryOf, parseTraceback, type Frame, type TracebackPart } from '@/features/jobs/traceback'
import { count } from '@/lib/format'

interface TracebackViewProps {
  readonly text: string
  /** Of the code that ran. */
  readonly version: string | null
  /** What the frames' variables held, where that was told. */
  readonly locals?: Locals | null
}

/** The reader's frames open, each a door to its line, the libraries' folded. */
export function TracebackView({ text, version, locals = null }: TracebackViewProps) {
  const placed = placeLocals(parseTraceback(text), locals?.frames ?? [])
  return (
    <div className="traceback" role="region" aria-label="Traceback" tabIndex={0}>
      {placed.parts.map((part, index) => (
        <Part key={index} part={part} version={version} placed={placed} />
      ))}
      <Elsewhere placed={placed} leftOut={locals?.left_out ?? 0} version={version} />
    </div>
  )
}

function Part({ part, version, placed }: { part: TracebackPart; version: string | null; placed: Placed }) {
  if (part.kind === 'text') return <pre className="traceback-text">{part.text}</pre>
  if (!part.isLibrary) return part.frames.map((frame, index) => <OwnFrame key={index} frame={frame} version={version} placed={placed} />)
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

function OwnFrame({ frame, version, placed: { of } }: { frame: Frame; version: string | null; placed: Placed }) {
  const told = of.get(frame)
  const innermost = of.keys().next().value
  return (
    <FrameView frame={frame} at={<FrameLink frame={frame} version={version} />}>
      {told ? <FrameLocalsView told={told} isOpen={frame === innermost} /> : null}
    </FrameView>
  )
}

/** Locals of frames the text has not, and how many were not told. */
function Elsewhere({ placed: { of, elsewhere }, leftOut, version }: { placed: Placed; leftOut: number; version: string | null }) {
  return (
    <>
      {elsewhere.map((told, index) => {
        const frame: Frame = { file: told.file, line: told.line, name: told.function, code: [], isLibrary: false }
        return (
          <FrameView key={index} frame={frame} at={<FrameLink frame={frame} version={version} />}>
            <FrameLocalsView told={told} isOpen={of.size === 0 && index === elsewhere.length - 1} />
          </FrameView>
        )
      })}
      {leftOut > 0 ? <p className="locals-left-out">The locals of {leftOut === 1 ? 'one more frame' : `${count(leftOut)} more frames`} had no room.</p> : null}
    </>
  )
}

const FrameLink = ({ frame, version }: { frame: Frame; version: string | null }) => (
  <CodeLink place={frame} version={version}>
    <FrameAt frame={frame} />
  </CodeLink>
)

const FrameAt = ({ frame }: { frame: Frame }) => (
  <span className="traceback-file" title={frame.file}>
    {frame.file}:<b>{frame.line}</b>
  </span>
)

function FrameView({ frame, at, children }: { frame: Frame; at: ReactNode; children?: ReactNode }) {
  return (
    <div className="traceback-frame">
      <p>
        {at} in <b>{frame.name}</b>
      </p>
      {frame.code.length > 0 ? <pre>{frame.code.join('\n')}</pre> : null}
      {children}
    </div>
  )
}
