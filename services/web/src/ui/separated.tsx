import '@/ui/separated.css'
import { Children, type ReactNode } from 'react'

/** Parts of one line with a dot between any two. Where the line wraps, no dot ends or begins one. Nothing and `false` are no parts. */
export function Separated({ children }: { children: ReactNode }) {
  return (
    <span className="separated">
      {Children.toArray(children).map((part, index) => (
        <span key={index}>
          {index > 0 ? <span className="separator"> · </span> : null}
          {part}
        </span>
      ))}
    </span>
  )
}
