import { Fragment } from 'react'
import { localsText, MASK, type FrameLocals, type Variable } from '@/features/jobs/frame-locals'
import { count } from '@/lib/format'
import { CopyButton } from '@/ui/copy-button'

/** What the variables of one frame held. */
export function FrameLocalsView({ told, isOpen }: { told: FrameLocals; isOpen: boolean }) {
  return (
    <details className="locals" open={isOpen}>
      <summary>
        Locals<span className="visually-hidden"> of {told.function}</span> <span className="num">({count(told.variables.length + told.left_out)})</span>
      </summary>
      <dl className="locals-held">
        {told.variables.map((variable) => (
          <div key={variable.name}>
            <dt>{variable.name}</dt>
            <dd>
              <Value of={variable} />
            </dd>
          </div>
        ))}
      </dl>
      {told.variables.length > 0 ? <CopyButton text={localsText(told)} label={`Copy locals of ${told.function}`} /> : null}
      {told.left_out > 0 ? <p className="locals-left-out">{told.variables.length > 0 ? `${count(told.left_out)} more had no room, or took too long to say what they are.` : 'There was no room for them, or they took too long to say what they are.'}</p> : null}
    </details>
  )
}

function Value({ of: { value } }: { of: Variable }) {
  if (value === null) return <Masked />
  return value.split(MASK).map((piece, index) => (
    <Fragment key={index}>
      {index > 0 ? <Masked /> : null}
      {piece}
    </Fragment>
  ))
}

const Masked = () => (
  <span className="locals-masked" title="Left out by the worker: its name or its look is that of a secret">
    masked
  </span>
)
