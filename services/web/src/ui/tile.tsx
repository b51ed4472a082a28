import type { ReactNode } from 'react'

interface TileProps {
  readonly label: string
  readonly value: string
  readonly note?: ReactNode
  readonly tone?: 'bad' | 'warn' | undefined
}

export function Tile({ label, value, note, tone }: TileProps) {
  return (
    <div className="tile" data-tone={tone}>
      <span className="tile-label">{label}</span>
      <span className="tile-value num">{value}</span>
      <span className="tile-note">{note ?? '\u00a0'}</span>
    </div>
  )
}
