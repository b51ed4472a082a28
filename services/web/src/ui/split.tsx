// A list with something beside it: the edge between them is dragged, or moved by the arrow keys, and stays where it was left.
import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react'
import { LEAST_SIDE, MOST_SIDE, sideShare, storedSide, storeSide, USUAL_SIDE } from '@/lib/side-share'

const KEY_STEP = 2

interface SplitProps {
  readonly children: ReactNode
  /** Null: the list has all the room. */
  readonly side: ReactNode
  readonly label: string
}

export function Split({ children, side, label }: SplitProps) {
  const box = useRef<HTMLDivElement>(null)
  const [share, setShare] = useState(storedSide)
  const move = (next: number): void => {
    const kept = sideShare(next)
    setShare(kept)
    storeSide(kept)
  }
  // The list keeps its place in the tree with and without a side: it must not begin anew when a row is opened.
  return (
    <div ref={box} className={side ? 'split' : undefined} style={{ '--side': `${String(share)}%` }}>
      <div className="split-main">{children}</div>
      {side ? (
        <div
          className="split-edge"
          role="separator"
          aria-orientation="vertical"
          aria-label={label}
          aria-valuenow={share}
          aria-valuemin={LEAST_SIDE}
          aria-valuemax={MOST_SIDE}
          tabIndex={0}
          title="Drag, or use the arrow keys; a double click sets it back"
          onKeyDown={(event) => {
            moveByKey(event, share, move)
          }}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId)
            event.preventDefault()
          }}
          onPointerMove={(event) => {
            const bounds = box.current?.getBoundingClientRect()
            if (bounds && isHeld(event)) move((100 * (bounds.right - event.clientX)) / bounds.width)
          }}
          onDoubleClick={() => {
            move(USUAL_SIDE)
          }}
        />
      ) : null}
      {side}
    </div>
  )
}

const isHeld = (event: PointerEvent): boolean => event.currentTarget.hasPointerCapture(event.pointerId)

function moveByKey(event: KeyboardEvent, share: number, move: (share: number) => void): void {
  const to = { ArrowLeft: share + KEY_STEP, ArrowRight: share - KEY_STEP, Home: MOST_SIDE, End: LEAST_SIDE }[event.key]
  if (to === undefined) return
  event.preventDefault()
  move(to)
}
