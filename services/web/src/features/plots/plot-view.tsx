// A plot of an artifact, drawn where all of its specification is understood; else what is not, and the JSON it is.
import { useMemo } from 'react'
import { PlotFigure } from '@/features/plots/plot-figure'
import { plotFrame } from '@/features/plots/plot-frame'
import type { PlotKind } from '@/features/plots/plot-kind'
import { PlotPicture } from '@/features/plots/plot-picture'
import { readPlot } from '@/features/plots/read-plot'
import { JsonTree } from '@/ui/json-tree'

interface PlotViewProps {
  readonly kind: PlotKind
  readonly value: unknown
  readonly label: string
}

export function PlotView({ kind, value, label }: PlotViewProps) {
  const reading = useMemo(() => readPlot(kind, value), [kind, value])
  if (reading.plot)
    return (
      <>
        <PlotFigure plot={reading.plot} label={label} />
        <details className="plot-spec">
          <summary>{kind} specification</summary>
          <JsonTree value={value} label={`${label}, its specification`} />
        </details>
      </>
    )
  return (
    <>
      <p role="note" className="plot-not-drawn">
        This {kind} plot is not drawn here, because of {reading.reasons.map((reason, index) => (
          <span key={reason}>
            {index === 0 ? '' : ', '}
            <code>{reason}</code>
          </span>
        ))}. It is shown as the JSON it is.
      </p>
      <JsonTree value={value} label={label} />
    </>
  )
}

const SMALL = { width: 220, height: 140 }

/** Its marks alone; nothing where it is not drawn. */
export function PlotInSmall({ kind, value }: Omit<PlotViewProps, 'label'>) {
  const { plot } = useMemo(() => readPlot(kind, value), [kind, value])
  const frame = useMemo(() => plot && plotFrame(plot, SMALL.width, SMALL.height, true), [plot])
  return plot && frame ? <PlotPicture plot={plot} frame={frame} /> : <span>{kind} plot</span>
}
