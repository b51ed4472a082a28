import { useId, useMemo } from 'react'
import type { Plot, PlotSeries } from '@/features/plots/plot'
import type { Frame } from '@/features/plots/plot-frame'
import { areaPath, barBox, barsPath, dotsPath, linePath, loneDotsPath, type Hit } from '@/features/plots/plot-paths'
import '@/features/plots/plots.css'

const HUES = 7
/** So many points are a cloud: each lets through what lies under it. */
const CLOUD = 400

/** The hue of a series, and how it differs from others of that hue. */
export const toneOf = ({ tone }: PlotSeries) => ({ style: { '--tone': `var(--fn-${String(tone % HUES)})` }, 'data-variant': Math.floor(tone / HUES) })

interface PlotPictureProps {
  readonly plot: Plot
  readonly frame: Frame
  readonly hit?: Hit | null
}

/** For eyes alone: the same is there as a table. */
export function PlotPicture({ plot, frame, hit = null }: PlotPictureProps) {
  const clip = useId()
  const { width, height, left, right, top, bottom } = frame
  const marks = useMemo(() => plot.series.map((series, index) => <Marks key={index} series={series} frame={frame} />), [plot, frame])
  return (
    <svg className="plot-picture" width={width} height={height} aria-hidden>
      <clipPath id={clip}>
        <rect x={left - 4} y={top - 4} width={Math.max(0, right - left + 8)} height={Math.max(0, bottom - top + 8)} />
      </clipPath>
      <Axes plot={plot} frame={frame} />
      <g clipPath={`url(#${clip})`}>
        {marks}
        {hit ? <Hovered hit={hit} frame={frame} /> : null}
      </g>
    </svg>
  )
}

function Axes({ plot, frame }: { plot: Plot; frame: Frame }) {
  const { left, right, top, bottom, xTicks, yTicks, isSlanted } = frame
  const hasZero = (axis: Plot['x']): boolean => axis.kind === 'number' && Math.min(...axis.domain) <= 0 && Math.max(...axis.domain) >= 0
  return (
    <>
      {yTicks.map(({ at, text }) => (
        <g key={at}>
          {plot.y.kind === 'category' ? null : <path className="plot-grid" d={`M${String(left)} ${String(at)}H${String(right)}`} />}
          <text x={left - 6} y={at} dy="0.35em" textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {xTicks.map(({ at, text }) => (
        <g key={at}>
          {plot.x.kind === 'category' ? null : <path className="plot-grid" d={`M${String(at)} ${String(top)}V${String(bottom)}`} />}
          <text x={at} y={bottom + 16} textAnchor={isSlanted ? 'end' : 'middle'} transform={isSlanted ? `rotate(-37 ${String(at)} ${String(bottom + 12)})` : undefined}>
            {text}
          </text>
        </g>
      ))}
      <path className="plot-axis" d={`M${String(left)} ${String(hasZero(plot.y) ? frame.y(0) : bottom)}H${String(right)}`} />
      <path className="plot-axis" d={`M${String(hasZero(plot.x) ? frame.x(0) : left)} ${String(top)}V${String(bottom)}`} />
    </>
  )
}

function Marks({ series, frame }: { series: PlotSeries; frame: Frame }) {
  const tone = toneOf(series)
  switch (series.mark) {
    case 'bar':
      return <path className="plot-bar" {...tone} d={barsPath(series, frame)} />
    case 'points':
      return <path className="plot-dots" {...tone} data-cloud={series.points.length > CLOUD} d={dotsPath(series, frame)} />
    case 'area':
      return (
        <g {...tone}>
          <path className="plot-area" d={areaPath(series, frame)} />
          <path className="plot-line" d={linePath(series, frame)} />
        </g>
      )
    default:
      return (
        <g {...tone}>
          <path className="plot-line" d={linePath(series, frame)} />
          <path className="plot-dots" d={series.mark === 'line' ? loneDotsPath(series, frame) : dotsPath(series, frame)} />
        </g>
      )
  }
}

function Hovered({ hit: { series, point }, frame }: { hit: Hit; frame: Frame }) {
  if (series.mark !== 'bar') return <circle className="plot-hovered" {...toneOf(series)} cx={frame.x(point.x)} cy={frame.y(point.y)} r={5} />
  const { left, right, top, bottom } = barBox(series, point, frame)
  return <rect className="plot-hovered" x={left} y={top} width={right - left} height={Math.max(1, bottom - top)} />
}
