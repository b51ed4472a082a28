// The whole of a tree's time, and which section of it the waterfall below shows: a scrollbar one can see through, and draw.
import '@/features/jobs/minimap.css'
import { memo, useDeferredValue, useRef, useState, type PointerEvent } from 'react'
import { COLUMNS, lanesOf } from '@/features/jobs/minimap-lanes'
import { between, brushOf, byKey, moved, sectionOf, withLeft, withRight, type Brush, type Section } from '@/features/jobs/section'
import type { Segment } from '@/features/jobs/segments'
import type { TimeScale } from '@/features/jobs/time-scale'
import { duration } from '@/lib/format'

interface MinimapProps {
  readonly whole: TimeScale
  readonly jobs: readonly (readonly Segment[])[]
  /** What the waterfall shows; null for all of it. */
  readonly shown: { readonly from: number; readonly to: number } | null
  /** The tree goes on. */
  readonly isLive: boolean
  /** The id of what it scrolls. */
  readonly controls: string
  /** While it is dragged or a key is held: to be shown, and not yet kept. */
  readonly onDrag: (section: Section | null) => void
  readonly onChoose: (section: Section | null) => void
  /** What was shown last is chosen. */
  readonly onSettle: () => void
  /** It is as it was before. */
  readonly onCancel: () => void
}

/** What is held: an edge, the section itself, or a new one being drawn from where the pointer went down. */
type Held = 'left' | 'right' | 'section' | 'new'

interface Grip {
  readonly held: Held
  readonly at: number
  readonly brush: Brush
}

/** A drag shorter than this is a click. */
const LEAST_DRAG_PX: Record<Held, number> = { left: 1, right: 1, section: 1, new: 4 }

const NOTHING_DRAWN: MinimapProps['jobs'] = []

export function Minimap({ whole, jobs, shown, isLive, controls, onDrag, onChoose, onSettle, onCancel }: MinimapProps) {
  const box = useRef<HTMLDivElement>(null)
  // Of thousands a moment after the rows, so that both are not one long wait.
  const drawn = useDeferredValue(jobs, NOTHING_DRAWN)
  const [grip, setGrip] = useState<Grip | null>(null)
  const brush = brushOf(whole, shown)
  const span = whole.to - whole.from
  const shareOf = (event: PointerEvent): number => {
    const { left, width } = box.current?.getBoundingClientRect() ?? { left: 0, width: 1 }
    return Math.min(1, Math.max(0, (event.clientX - left) / width))
  }
  const take = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    setGrip({ held: heldBy(event, shown !== null), at: shareOf(event), brush })
  }
  /** The section the pointer asks for; undefined where it has not been dragged. */
  const asked = (event: PointerEvent<HTMLElement>, from: Grip): Section | null | undefined => {
    const to = shareOf(event)
    const isDrag = Math.abs(to - from.at) * (box.current?.clientWidth ?? 0) >= LEAST_DRAG_PX[from.held]
    return isDrag ? sectionOf(whole, dragged(from, to), isLive) : undefined
  }
  const follow = (event: PointerEvent<HTMLElement>, show: (section: Section | null) => void): void => {
    const section = grip ? asked(event, grip) : undefined
    if (section !== undefined) show(section)
    else if (grip) onCancel()
  }
  const begin = (shown?.from ?? whole.from) - whole.from
  const end = (shown?.to ?? whole.to) - whole.from
  return (
    <div
      ref={box}
      className="minimap"
      data-held={grip?.held}
      role="scrollbar"
      aria-orientation="horizontal"
      aria-label="Section of the time shown"
      aria-controls={controls}
      aria-valuemin={0}
      aria-valuemax={Math.round(span)}
      aria-valuenow={Math.round(begin)}
      aria-valuetext={shown === null ? `all of ${duration(span)}` : `${duration(begin)} to ${duration(end)} of ${duration(span)}`}
      tabIndex={0}
      title="Drag to choose a section; arrows move it, with Shift its end; a double click or Esc shows all"
      style={{ '--left': brush.left, '--right': brush.right }}
      onPointerDown={take}
      onPointerMove={(event) => {
        follow(event, onDrag)
      }}
      onPointerUp={(event) => {
        follow(event, onChoose)
        setGrip(null)
      }}
      onPointerCancel={() => {
        setGrip(null)
        onCancel()
      }}
      onDoubleClick={() => {
        onChoose(null)
      }}
      onKeyDown={(event) => {
        if (event.metaKey || event.ctrlKey || event.altKey || (event.key === 'Escape' && shown === null)) return
        const next = byKey(brush, event.key, event.shiftKey)
        if (!next) return
        event.preventDefault()
        event.stopPropagation()
        onDrag(sectionOf(whole, next, isLive))
      }}
      onKeyUp={onSettle}
      onBlur={onSettle}
    >
      <Lanes whole={whole} jobs={drawn} />
      <i className="minimap-shade" data-side="left" />
      <i className="minimap-shade" data-side="right" />
      <span className="minimap-section" data-part="section" data-whole={shown === null}>
        <i className="minimap-edge" data-part="left" />
        <i className="minimap-edge" data-part="right" />
      </span>
    </div>
  )
}

/** The whole has no room to be moved: what is dragged there is a new section. */
function heldBy({ target }: PointerEvent, isSection: boolean): Held {
  const part = target instanceof HTMLElement ? target.dataset.part : undefined
  if (part === 'left' || part === 'right') return part
  return part === 'section' && isSection ? 'section' : 'new'
}

function dragged({ held, at, brush }: Grip, to: number): Brush {
  switch (held) {
    case 'left':
      return withLeft(brush, brush.left + to - at)
    case 'right':
      return withRight(brush, brush.right + to - at)
    case 'section':
      return moved(brush, to - at)
    case 'new':
      return between(at, to)
  }
}

/** Drawn anew when the tree changes, not with every move of the pointer. */
const Lanes = memo(function Lanes({ whole, jobs }: Pick<MinimapProps, 'whole' | 'jobs'>) {
  const { count, paths } = lanesOf(jobs, whole)
  return (
    <svg viewBox={`0 0 ${String(COLUMNS)} ${String(Math.max(1, count))}`} preserveAspectRatio="none" aria-hidden>
      {paths.map(({ mark, d }) => (
        <path key={mark} d={d} className={`minimap-${mark}`} />
      ))}
    </svg>
  )
})
