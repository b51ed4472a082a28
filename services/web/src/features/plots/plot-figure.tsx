// A plot with its title, its legend, what is under the pointer, and the same as a table.
import { useEffect, useId, useMemo, useRef, useState, type PointerEvent } from 'react'
import type { Direction, Plot, PlotPoint, PlotSeries } from '@/features/plots/plot'
import { plotFrame } from '@/features/plots/plot-frame'
import { nearest, type Hit } from '@/features/plots/plot-paths'
import { PlotPicture, toneOf } from '@/features/plots/plot-picture'
import { numberText, placeText } from '@/features/plots/plot-values'
import { count } from '@/lib/format'
import { useChartsAsTables } from '@/ui/charts-as-tables'
import { VirtualTable } from '@/ui/virtual-table'

const HEIGHT = 400
const HEIGHT_ON_PHONE = 300
const PHONE_PX = 480

/** What a point is on an axis. */
function valueText(plot: Plot, { along, mark }: PlotSeries, point: PlotPoint, direction: Direction): string {
  if (direction === along) return placeText(plot[direction], point.at)
  return mark === 'bar' || mark === 'area' ? numberText(point.value) : placeText(plot[direction], point[direction])
}

export function PlotFigure({ plot, label }: { plot: Plot; label: string }) {
  const [hit, setHit] = useState<Hit | null>(null)
  const { asTables, toggle } = useChartsAsTables()
  const bodyId = useId()
  return (
    <figure className="chart plot" aria-label={plot.title || label}>
      <figcaption className="chart-readout">
        <span className="readout">{hit && !asTables ? <HitText plot={plot} hit={hit} /> : <span className="num">{overall(plot)}</span>}</span>
        <button type="button" className="link-button" aria-expanded={asTables} aria-controls={bodyId} aria-keyshortcuts="t" onClick={toggle}>
          {asTables ? 'Chart' : 'Table'}
        </button>
      </figcaption>
      {plot.title ? <p className="plot-title">{plot.title}</p> : null}
      <Legend plot={plot} />
      <div id={bodyId}>{asTables ? <PlotTable plot={plot} label={label} /> : <Field plot={plot} hit={hit} onHit={setHit} />}</div>
    </figure>
  )
}

function overall({ series }: Plot): string {
  const points = series.reduce((total, one) => total + one.points.filter((point) => point !== null).length, 0)
  return `${count(points)} ${points === 1 ? 'point' : 'points'}${series.length > 1 ? ` in ${count(series.length)} series` : ''}`
}

function HitText({ plot, hit: { series, point } }: { plot: Plot; hit: Hit }) {
  return (
    <>
      {series.name ? (
        <span className="readout-item plot-name">
          <i className="swatch" style={{ '--swatch': toneOf(series).style['--tone'] }} aria-hidden />
          {series.name}
        </span>
      ) : null}
      {(['x', 'y'] as const).map((direction) => (
        <span key={direction} className="readout-item plot-name">
          {plot[direction].title || direction} <b className="num">{valueText(plot, series, point, direction)}</b>
        </span>
      ))}
    </>
  )
}

function Legend({ plot: { series, legend } }: { plot: Plot }) {
  const shown = series.filter((one, index) => one.isInLegend && series.findIndex(({ name, tone }) => name === one.name && tone === one.tone) === index)
  if (series.length < 2 || shown.length === 0) return null
  return (
    <ul className="plot-legend" aria-label={legend || 'Series'}>
      {legend ? (
        <li className="faint" aria-hidden>
          {legend}
        </li>
      ) : null}
      {shown.map((one, index) => (
        <li key={index} title={one.name}>
          <i className="plot-swatch" data-mark={one.mark} {...toneOf(one)} aria-hidden />
          {one.name}
        </li>
      ))}
    </ul>
  )
}

interface FieldProps {
  readonly plot: Plot
  readonly hit: Hit | null
  readonly onHit: (hit: Hit | null) => void
}

function Field({ plot, hit, onHit }: FieldProps) {
  const host = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = host.current
    if (!element) return
    const observer = new ResizeObserver(() => {
      setWidth(element.clientWidth)
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
    }
  }, [])
  const frame = useMemo(() => plotFrame(plot, width, width < PHONE_PX ? HEIGHT_ON_PHONE : HEIGHT, false), [plot, width])
  const point = ({ clientX, clientY, currentTarget }: PointerEvent): void => {
    const { left, top } = currentTarget.getBoundingClientRect()
    onHit(nearest(plot.series, frame, clientX - left, clientY - top))
  }
  return (
    <>
      {plot.y.title ? <p className="plot-y-title">{plot.y.title}</p> : null}
      <div
        ref={host}
        className="plot-field"
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => {
          onHit(null)
        }}
      >
        {width === 0 ? null : <PlotPicture plot={plot} frame={frame} hit={hit} />}
      </div>
      {plot.x.title ? <p className="plot-x-title">{plot.x.title}</p> : null}
    </>
  )
}

function PlotTable({ plot, label }: { plot: Plot; label: string }) {
  const isNamed = plot.series.some(({ name }) => name !== '')
  const rows = useMemo(
    () => plot.series.flatMap((series) => series.points.flatMap((point) => (point ? [[...(isNamed ? [series.name] : []), valueText(plot, series, point, 'x'), valueText(plot, series, point, 'y')]] : []))),
    [plot, isNamed],
  )
  return <VirtualTable head={[...(isNamed ? [plot.legend || 'Series'] : []), plot.x.title || 'x', plot.y.title || 'y']} rows={rows} label={`${label}, as a table`} />
}
