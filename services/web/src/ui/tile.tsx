import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'

interface TileProps {
  readonly label: string
  /** Said across from the label. */
  readonly aside?: ReactNode
  readonly value: string
  readonly note?: ReactNode
  readonly tone?: 'bad' | 'warn' | undefined
  /** What is beside the value: a trace of it. */
  readonly trace?: ReactNode
  /** Where the list behind the number is. */
  readonly door?: LinkProps
}

/** A number that is said large, with what it is of below it. */
export function Tile({ door, tone, ...content }: TileProps) {
  if (!door)
    return (
      <div className="tile" data-tone={tone}>
        <TileContent {...content} />
      </div>
    )
  return (
    <Link {...door} className="tile" data-tone={tone}>
      <TileContent {...content} />
    </Link>
  )
}

function TileContent({ label, aside, value, note, trace }: Omit<TileProps, 'door' | 'tone'>) {
  return (
    <>
      <span className="tile-head">
        <span className="tile-label">{label}</span>
        {aside}
      </span>
      <span className="tile-line">
        <span className="tile-value num">{value}</span>
        {trace}
      </span>
      <span className="tile-note num">{note ?? '\u00a0'}</span>
    </>
  )
}
